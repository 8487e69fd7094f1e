using Synic.Daemon.Partitions;
using Synic.Daemon.Tests;
using Synic.Hv;

namespace Synic.Browser.Tests;

/// <summary>A daemon with 10 000 ports, and somebody who posts to all of them in turn.</summary>
internal sealed class BusyPorts : IAsyncDisposable
{
    public const int Count = 10_000;
    public const uint First = 0x10000;

    /// <summary>Every so many ports refuse what is posted to them.</summary>
    public const int FullEvery = 100;

    private const int PostsAtOnce = 500;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _ending = new();
    private readonly Task _posting;

    private BusyPorts(TestDaemon daemon)
    {
        Daemon = daemon;
        for (var i = 0u; i < Count; i++)
        {
            var handler = i % FullEvery == FullEvery - 1 ? "full" : "sink";
            daemon.Host.OwnedPorts.Add(new NewPort
            {
                Connection = new ConnectionId(First + i), Handler = handler, Owner = $"load {i / 1000}", Removable = true,
            });
        }

        _posting = PostAsync(_ending.Token);
    }

    public TestDaemon Daemon { get; }

    public static async Task<BusyPorts> StartAsync() => new(await TestDaemon.StartAsync(null, ("Synic:Partitions:0:Serial", "none")));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _posting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Daemon.DisposeAsync();
        _ending.Dispose();
    }

    private async Task PostAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(s_pause);
        var next = 0u;
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            for (var i = 0; i < PostsAtOnce; i++)
            {
                Daemon.Host.Post(Vtl.Vtl0, new ConnectionId(First + next), 1, "load"u8);
                next = (next + 1) % Count;
            }
        }
    }
}
