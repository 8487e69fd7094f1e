using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Diagnostics;

namespace Synic.Daemon.Metrics;

/// <summary>Exports the instruments as Prometheus text at <c>/metrics</c>.</summary>
internal static class SynicMetricsSetup
{
    private const string Path = "/metrics";

    public static void AddSynicMetrics(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<IPartitionMetricsSource>(static s => s.GetRequiredService<PartitionRegistry>());
        services.AddSingleton(static s => new SynicMetrics(
            s.GetRequiredService<IMeterFactory>(), s.GetRequiredService<IPartitionMetricsSource>(), BuildInfo.Version, BuildInfo.Revision));
        services.AddSingleton<EventMetrics>();
        services.AddSingleton<FaultMetrics>();
        services.AddOpenTelemetry().WithMetrics(static metrics => metrics
            .AddMeter(SynicMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter(static o =>
            {
                o.ScopeInfoEnabled = false;
                o.ScrapeResponseCacheDurationMilliseconds = 0; // two readings in a row are two readings
            }));
        services.ConfigureOpenTelemetryMeterProvider(static (s, metrics) =>
        {
            var own = s.GetRequiredService<IMeterFactory>();
            metrics.AddView(i => IsWanted(i, own) ? null : MetricStreamConfiguration.Drop);
        });
    }

    public static void UseSynicMetrics(this IApplicationBuilder app)
    {
        app.ApplicationServices.GetRequiredService<EventMetrics>(); // nobody else asks for it, and its series are there from the start
        app.ApplicationServices.GetRequiredService<FaultMetrics>();
        app.Use(static async (context, next) =>
        {
            if (context.Request.Path != Path)
            {
                await next(context).ConfigureAwait(false);
                return;
            }

            var start = Stopwatch.GetTimestamp();
            await next(context).ConfigureAwait(false);
            context.RequestServices.GetRequiredService<SynicMetrics>().LastScrapeOverhead = Stopwatch.GetElapsedTime(start);
        });
    }

    public static void MapSynicMetrics(this IEndpointRouteBuilder routes) => routes.MapPrometheusScrapingEndpoint(Path);

    // Another daemon in this process has instruments of the same names. Three of the runtime's gauges end in _count,
    // which promtool refuses.
    private static bool IsWanted(Instrument instrument, IMeterFactory own) =>
        (instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, own))
        && instrument.Name is not ("dotnet.assembly.count" or "dotnet.process.cpu.count" or "dotnet.timer.count");
}
