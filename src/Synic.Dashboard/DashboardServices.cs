using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor.Services;
using Synic.Dashboard.Client;
using Synic.Dashboard.Components;
using Synic.Dashboard.Frame;

namespace Synic.Dashboard;

/// <summary>What a host adds to serve the pages; it brings its own <see cref="ISynicClient"/>.</summary>
public static class DashboardServices
{
    public static IServiceCollection AddSynicDashboard(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        return services.AddPageServices();
    }

    /// <summary>What the pages ask for, without the server under them: tests bring another one.</summary>
    internal static IServiceCollection AddPageServices(this IServiceCollection services)
    {
        services.AddMudServices();
        services.AddScoped<ConnectionState>();
        services.AddScoped<PageState>();
        services.AddScoped<ViewerStore>();
        services.AddScoped<ViewerPace>();
        services.AddScoped<ViewPause>();
        services.AddScoped<ViewerNumbers>();
        services.AddScoped<ViewerFiles>();
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }

    public static IEndpointConventionBuilder MapSynicDashboard(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapStaticAssets();

        // No page takes a form, so the host need not run the antiforgery middleware for them.
        return endpoints.MapRazorComponents<App>().AddInteractiveServerRenderMode().DisableAntiforgery();
    }
}
