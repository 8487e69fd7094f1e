using System.Text.Json.Nodes;
using Synic.Hv;

namespace Synic.Daemon.Tests.Api;

public sealed class BootRouteTests
{
    private const string Boot = TestDaemon.Partition + "/boot";
    private const ulong Linux61241 = 0x8100_0006_0C29_0000;

    [Fact]
    public async Task Boot_NothingHappened_IsStuckAtTheFirstStep()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var boot = await daemon.GetAsync(Boot);

        Assert.Equal(["hypervisor_found", "hypercall_page", "synic_on"], boot["steps"]!.AsArray().Select(static s => (string)s!["name"]!));
        Assert.Equal("hypervisor_found", (string?)boot["stuck"]);
        Assert.True((double)boot["for"]! >= 0);
    }

    [Fact]
    public async Task Boot_NobodyOfThatName_IsAProblem()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.GetAsync("/api/v1/partitions/nobody/boot", TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(404, "partition_not_found");
    }

    [Fact]
    public async Task Boot_GuestNamesItself_SaysWhatItIsAndWhatIsNext()
    {
        await using var daemon = await TestDaemon.StartAsync();
        Write(daemon, HvMsr.GuestOsId, Linux61241);

        var boot = await daemon.GetAsync(Boot);

        Assert.Equal(("hypervisor_found", true, "Linux 6.12.41 (0x810000060c290000)"), Step(boot, 0));
        Assert.Equal("hypercall_page", (string?)boot["stuck"]);
    }

    [Fact]
    public async Task Boot_StepGoesAwayAgain_StaysReachedWithItsFirstTime()
    {
        await using var daemon = await TestDaemon.StartAsync();
        Write(daemon, HvMsr.GuestOsId, Linux61241);
        var before = await daemon.GetAsync(Boot);

        Write(daemon, HvMsr.GuestOsId, 0);
        var after = await daemon.GetAsync(Boot);

        Assert.Equal((string?)before["steps"]![0]!["at"], (string?)after["steps"]![0]!["at"]);
        Assert.Equal(Step(before, 0), Step(after, 0));
    }

    [Fact]
    public async Task Boot_AllSteps_NothingIsMissing()
    {
        await using var daemon = await TestDaemon.StartAsync();
        Write(daemon, HvMsr.GuestOsId, Linux61241);
        Write(daemon, HvMsr.Hypercall, 0x5001);
        Write(daemon, HvMsr.SControl, 1, vp: 1);
        Write(daemon, HvMsr.Simp, 0x6001, vp: 1);

        var boot = await daemon.GetAsync(Boot);

        Assert.Equal(("hypercall_page", true, "0x5000"), Step(boot, 1));
        Assert.Equal(("synic_on", true, "VP 1"), Step(boot, 2));
        Assert.Null(boot["stuck"]);
        Assert.Null(boot["for"]);
    }

    private static (string?, bool, string?) Step(JsonObject boot, int index) => VmBusRouteTests.Step(boot, index);

    private static void Write(TestDaemon daemon, uint msr, ulong value, uint vp = 0) =>
        Assert.True(daemon.Host.Partition.Synic.TryWriteMsr(Vtl.Vtl0, new VpIndex(vp), msr, value));
}
