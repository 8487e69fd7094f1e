using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Api;
using Synic.Daemon.Configuration;
using Synic.Daemon.Inspection;
using Synic.Daemon.Metrics;
using Synic.Daemon.Pages;
using Synic.Daemon.Partitions;
using Synic.Dashboard;
using Synic.Dashboard.Client;
using Synic.Faults;

namespace Synic.Daemon;

/// <summary>Everything that the daemon consists of.</summary>
internal static class DaemonApp
{
    public const long MaxBody = 1 << 20;
    private static readonly TimeSpan s_stopTime = TimeSpan.FromSeconds(1);

    /// <summary>A builder with the usual sources of configuration; add the others, then <see cref="Build"/>.</summary>
    public static WebApplicationBuilder CreateBuilder()
    {
        // The assets lie beside the program, whichever folder it is started from.
        // Settings are read once, so their files need no watching.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(DaemonApp).Assembly.GetName().Name, // its lists of assets, also when a test hosts it
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(static o => o.LogToStandardErrorThreshold = LogLevel.Trace); // stdout has the guest's lines
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // keys that are never stored need no encryption
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // a start that fails is told in one line
        builder.Services.AddSystemd();
        if (Directory.EnumerateFiles(AppContext.BaseDirectory, "*.staticwebassets.runtime.json").Any())
        {
            builder.WebHost.UseStaticWebAssets(); // not published: the assets are where they were built
        }

        return builder;
    }

    /// <exception cref="SettingsException">The configuration has mistakes.</exception>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        var settings = SettingsReader.Read(builder.Configuration);
        builder.WebHost.UseUrls([.. settings.Urls]);
        builder.WebHost.ConfigureKestrel(static o =>
        {
            o.AddServerHeader = false;
            o.Limits.MaxRequestBodySize = MaxBody;
        });
        AddServices(builder.Services, settings);
        var app = builder.Build();
        Map(app);
        return app;
    }

    private static void AddServices(IServiceCollection services, DaemonSettings settings)
    {
        services.Configure<HostOptions>(static o => o.ShutdownTimeout = s_stopTime);
        services.ConfigureHttpJsonOptions(static o =>
        {
            o.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            o.SerializerOptions.RespectNullableAnnotations = true;
            o.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
            o.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        });
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPartitionFactory, CatalogPartitionFactory>();
        services.AddSingleton(settings);
        services.AddSingleton<PartitionRegistry>();
        services.AddSingleton<GuestEnd>();
        services.AddSingleton<StreamLimits>();
        services.AddInspection();
        services.AddSingleton<EventHub>();
        services.AddSingleton<RecordingStore>();
        services.AddSingleton<FaultStateFile>();
        services.AddSingleton(static s =>
        {
            var killSwitch = new FaultKillSwitch(s.GetRequiredService<TimeProvider>());
            if (s.GetRequiredService<DaemonSettings>().KillSwitch)
            {
                killSwitch.Engage("started with --kill-switch", "configuration");
            }

            return killSwitch;
        });
        services.AddHostedService<PartitionsService>();
        services.AddAccess(settings);
        services.AddSingleton<IdempotencyKeys>();
        services.AddRateLimits(settings);
        services.AddProblems();
        services.AddDescription();
        services.AddSynicMetrics();
        services.AddDataProtection();
        services.Configure<KeyManagementOptions>(static o => o.XmlRepository = new KeysInMemory());
        services.AddSingleton<PageViewers>();
        services.AddSingleton<CircuitHandler>(static s => s.GetRequiredService<PageViewers>());
        services.AddSingleton<Func<ViewerStatus>>(static s => () => s.GetRequiredService<PageViewers>().Status);
        services.AddScoped<ISynicClient, InProcessSynicClient>(); // of one page: it knows who looks at it
        services.AddSynicDashboard();
    }

    private static void Map(WebApplication app)
    {
        app.UseMiddleware<RequestGuard>();
        app.UseSynicMetrics();
        app.UseProblems();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        var keys = app.Services.GetRequiredService<IdempotencyKeys>();
        app.Use(keys.InvokeAsync);
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapSynicMetrics();
        app.MapProblems();
        app.MapRoot();
        app.MapStatus();
        app.MapPartitions();
        app.MapSerial();
        app.MapEvents();
        app.MapRecordings();
        app.MapPorts();
        app.MapDepartedPorts();
        app.MapExplain();
        app.MapGuestCalls();
        app.MapFaults();
        app.MapFaultSets();
        app.MapKillSwitch();
        app.MapAudit();
        app.MapInspect();
        app.MapSnapshots();
        app.MapSynicDashboard();
    }
}
