using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Synic.Backends;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Hv;

namespace Synic.Daemon.Tests.Partitions;

public sealed class LifetimeTests
{
    private const string Port = "Synic:Partitions:0:Ports:0:";

    [Theory]
    [InlineData(true, null)]
    [InlineData(true, 0u)]
    [InlineData(false, 7u)]
    public async Task ExitWithGuest_GuestEnds_StopsTheDaemonAndTellsHow(bool clean, uint? value)
    {
        var factory = new FakePartitionFactory();
        await using var daemon = await TestDaemon.StartAsync(factory, ("Synic:ExitWithGuest", "true"));
        var stopping = Stopping(daemon);

        factory.Last!.End(new PartitionExit(clean, value, "debug exit"));

        await stopping.WaitAsync(TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        Assert.Equal(clean, daemon.Services.GetRequiredService<GuestEnd>().Report(output));
        Assert.Equal(value is not null, output.ToString().Contains($"debug exit value {value}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GuestEnds_ByDefault_DaemonStaysAndShowsIt()
    {
        var factory = new FakePartitionFactory();
        await using var daemon = await TestDaemon.StartAsync(factory);

        factory.Last!.End(new PartitionExit(Clean: true, DebugExitValue: null, "power off"));

        var partition = await daemon.GetAsync(TestDaemon.Partition);
        Assert.Equal(("ended", "power off"), ((string?)partition["state"], (string?)partition["stateReason"]));
        Assert.False(Stopping(daemon).IsCompleted);
    }

    [Fact]
    public async Task ExitWithGuest_StoppedByItsUser_IsNoBadEnd()
    {
        var daemon = await TestDaemon.StartAsync(new FakePartitionFactory(), ("Synic:ExitWithGuest", "true"));
        var end = daemon.Services.GetRequiredService<GuestEnd>();

        await daemon.DisposeAsync();

        Assert.True(end.Report(TextWriter.Null));
    }

    [Fact]
    public async Task Start_BackendRefuses_ThrowsItsReason()
    {
        var factory = new FakePartitionFactory { Refusal = new HypervisorException("/dev/kvm: no permission; join the group kvm") };

        var refusal = await Assert.ThrowsAsync<HypervisorException>(() => TestDaemon.StartAsync(factory));

        Assert.Equal(factory.Refusal.Message, refusal.Message);
    }

    [Fact]
    public async Task Start_ConfiguredPort_IsThereAndNotRemovable()
    {
        await using var daemon = await TestDaemon.StartAsync(null, (Port + "ConnectionId", "7"), (Port + "Handler", "sink"));

        using var response = await daemon.Operator.DeleteAsync(TestDaemon.Ports + "/7", TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(409, "port_not_removable");
        Assert.Equal("configuration", (string?)(await daemon.GetAsync(TestDaemon.Ports + "/7"))["owner"]);
    }

    [Fact]
    public async Task Start_ConfiguredPortTakenByTheGuest_SaysWhich()
    {
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => TestDaemon.StartAsync(null,
            ("Synic:Partitions:0:Guest:Kind", "demo"), (Port + "ConnectionId", "0x1000"), (Port + "Handler", "sink")));

        Assert.Contains("0x1000", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_TooLittleMemoryForTheDemo_IsAMistakeOfTheSettings() =>
        await Assert.ThrowsAsync<SettingsException>(() => TestDaemon.StartAsync(null,
            ("Synic:Partitions:0:Guest:Kind", "demo"), ("Synic:Partitions:0:MemoryMiB", "1")));

    [Fact]
    public async Task Demo_Simulated_SaysSoAndPortsMove()
    {
        await using var daemon = await TestDaemon.StartAsync(null,
            ("Synic:Partitions:0:Guest:Kind", "demo"), ("Synic:Partitions:0:Guest:RoundsPerSecond", "1000"));

        var partition = await daemon.GetAsync(TestDaemon.Partition);
        Assert.True((bool)partition["guest"]!["simulated"]!);
        Assert.True((int)partition["ports"]! >= 6);
        while ((long)partition["traffic"]!["posts"]! == 0 || partition["traffic"]!["failuresByStatus"]!.AsObject().Count < 4)
        {
            partition = await daemon.GetAsync(TestDaemon.Partition);
        }
    }

    private static Task Stopping(TestDaemon daemon)
    {
        var stopping = new TaskCompletionSource();
        daemon.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        return stopping.Task;
    }
}
