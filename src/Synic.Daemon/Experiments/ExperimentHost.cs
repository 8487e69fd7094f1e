using Synic.Daemon.Access;
using Synic.Daemon.Cli;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Experiments;

/// <summary>A daemon in this process for one experiment: in lab mode, on a free port of the loopback.</summary>
internal sealed class ExperimentHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ExperimentApi _api;

    private ExperimentHost(WebApplication app, ExperimentApi api, ExperimentTarget target, string dashboard)
    {
        _app = app;
        _api = api;
        Target = target;
        Dashboard = dashboard;
    }

    public ExperimentTarget Target { get; }

    /// <summary>Where somebody can look on.</summary>
    public string Dashboard { get; }

    /// <summary>Starts it; the VPs run when this is done.</summary>
    /// <param name="experiment">What to start.</param>
    /// <param name="daemon">How daemons are made.</param>
    /// <param name="prepare">Runs when the API answers and no VP has run yet.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<ExperimentHost> StartAsync(
        Experiment experiment, DaemonHost daemon, Func<ExperimentHost, CancellationToken, Task> prepare, CancellationToken cancellation)
    {
        WebApplication? app = null;
        ExperimentHost? host = null;
        var builder = daemon.CreateBuilder();
        builder.Configuration.Sources.Clear(); // the experiment says it all: it runs alike on every machine
        builder.Configuration.AddInMemoryCollection(experiment.Configuration);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // Services are told of the start in their order, and this one comes before the one that starts the VPs.
        builder.Services.AddSingleton<IHostedService>(new BeforeVps(async token =>
        {
            host = Create(app!, experiment);
            await prepare(host, token).ConfigureAwait(false);
        }));
        try
        {
            app = daemon.Build(builder);
            await app.StartAsync(cancellation).ConfigureAwait(false);
            host!.Target.Host.Serial.Start();
            return host;
        }
        catch
        {
            host?._api.Dispose();
            if (app is not null)
            {
                await app.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static ExperimentHost Create(WebApplication app, Experiment experiment)
    {
        var services = app.Services;
        var url = ListenAddresses.Of(services).First();
        var host = services.GetRequiredService<PartitionRegistry>().All[0];
        var api = new ExperimentApi(new Uri(url), services.GetRequiredService<StartToken>().Value, experiment.Partition);
        var target = new ExperimentTarget(host, services.GetRequiredService<EventHub>(), api, experiment);
        return new ExperimentHost(app, api, target, url + services.GetRequiredService<LoginLinks>().Create());
    }

    private sealed class BeforeVps(Func<CancellationToken, Task> prepare) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => prepare(cancellationToken);

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
