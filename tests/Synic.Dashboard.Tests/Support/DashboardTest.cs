using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using Synic.Dashboard.Client;
using Synic.Dashboard.Frame;

namespace Synic.Dashboard.Tests.Support;

/// <summary>A page without a browser, over a <see cref="FakeSynicClient"/>.</summary>
public abstract class DashboardTest : BunitContext
{
    private protected DashboardTest()
    {
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddPageServices();
        Services.AddMetrics();
        Services.AddSingleton<ISynicClient>(Client);
        Services.AddScoped(static s => new ViewerPace(s.GetRequiredService<ViewerStore>(), s.GetRequiredService<TimeProvider>(), paced: false));
        JSInterop.Mode = JSRuntimeMode.Loose;
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        Render<MudPopoverProvider>();
    }

    private protected FakeSynicClient Client { get; } = new();

    private protected FakeTimeProvider Time { get; } = new();
}
