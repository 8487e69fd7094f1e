using Synic.Daemon.Configuration;
using Synic.Diagnostics;
using Synic.Faults;

namespace Synic.Daemon.Partitions;

/// <summary>Starts the partitions with the daemon, samples their rates, and stops them with it.</summary>
internal sealed class PartitionsService(
    DaemonSettings settings, PartitionRegistry registry, IPartitionFactory factory, SynicMetrics metrics, EventHub events, GuestEnd end,
    FaultKillSwitch killSwitch, FaultStateFile faultState, IHostApplicationLifetime lifetime, TimeProvider time, ILoggerFactory loggers) : IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(500);

    /// <summary>A VP that does not stop in this time is left behind: the process ends anyway.</summary>
    private static readonly TimeSpan s_stopTime = TimeSpan.FromSeconds(0.9);

    private readonly CancellationTokenSource _stopping = new();
    private Task _sampling = Task.CompletedTask;
    private int _running;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var hosts = new List<PartitionHost>();
        try
        {
            foreach (var partition in settings.Partitions)
            {
                hosts.Add(await PartitionHost.CreateAsync(partition, settings.Lab, factory, metrics, events, time, loggers, killSwitch, faultState).ConfigureAwait(false));
            }
        }
        catch
        {
            await StopAsync(hosts).ConfigureAwait(false);
            throw;
        }

        registry.Set(hosts);
        events.Start();
    }

    /// <summary>The VPs run once the daemon listens: a start that fails leaves no guest half-way.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _running = registry.All.Count;
        foreach (var host in registry.All)
        {
            host.Sampler.Sample();
            host.Start();
            _ = WatchEndAsync(host);
        }

        _sampling = SampleAsync(_stopping.Token);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _sampling.ConfigureAwait(false);
        await StopAsync(registry.All).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await StopAsync(registry.All).ConfigureAwait(false); // for a start that failed after ours
        _stopping.Dispose();
    }

    private static async Task StopAsync(IReadOnlyList<PartitionHost> hosts)
    {
        var stops = Task.WhenAll(hosts.Select(static h => Task.Run(async () => await h.DisposeAsync().ConfigureAwait(false))));
        try
        {
            await stops.WaitAsync(s_stopTime).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Nothing more can be done from here, and the process is about to end.
        }
    }

    private async Task WatchEndAsync(PartitionHost host)
    {
        var exit = await host.RunToEndAsync().ConfigureAwait(false);
        if (settings.ExitWithGuest && !_stopping.IsCancellationRequested)
        {
            end.Add(host.Name, exit);
            if (Interlocked.Decrement(ref _running) == 0)
            {
                lifetime.StopApplication();
            }
        }
    }

    private async Task SampleAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var start = time.GetTimestamp();
                foreach (var host in registry.All)
                {
                    host.Sampler.Sample();
                    host.Boot.Observe();
                }

                // With very many ports: seldom rather than more than a twentieth of a core.
                var cost = time.GetElapsedTime(start) * 20;
                await Task.Delay(cost > s_period ? cost : s_period, time, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
