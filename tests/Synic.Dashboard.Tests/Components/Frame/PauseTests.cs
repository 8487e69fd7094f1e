using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Dashboard.Components;
using Synic.Dashboard.Components.Frame;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components.Frame;

public sealed class PauseTests : DashboardTest
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    private ViewPause Pause => Services.GetRequiredService<ViewPause>();

    [Theory]
    [InlineData("true")]
    [InlineData("yesterday")]
    [InlineData("99999-01-01")]
    public void Render_StampIsNone_IsNotPaused(string stamp)
    {
        Navigation.NavigateTo($"/?paused={stamp}");

        Assert.Equal("false", Render<PauseButton>().Find("button").GetAttribute("aria-pressed"));
    }

    [Fact]
    public void Toggle_Twice_GoesIntoTheAddressAndOut()
    {
        var button = Render<PauseButton>();

        button.Find("button").Click();
        Assert.EndsWith("?paused=2000-01-01T00%3A00%3A00Z", Navigation.Uri, StringComparison.Ordinal);
        Assert.Equal("true", button.Find("button").GetAttribute("aria-pressed"));

        button.Find("button").Click();
        Assert.DoesNotContain("paused", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Notice_Paused_SaysSinceWhenAndHowMuchWaits()
    {
        Navigation.NavigateTo("/?paused=2026-03-04T12:30:00Z");
        var notice = Render<PauseNotice>(p => p.Add(n => n.AsOf, Some.Now));

        Pause.Wait(1);
        notice.WaitForAssertion(() => Assert.Contains("Paused at 12:30:00 UTC, 1 change waiting", Text(notice), StringComparison.Ordinal));
        Assert.DoesNotContain("loaded again", Text(notice), StringComparison.Ordinal);
    }

    [Fact]
    public void Notice_LoadedAgain_SaysWhichTimeIsShown()
    {
        Navigation.NavigateTo("/?paused=2026-03-04T12:30:00Z");

        Assert.Contains(
            "shows 12:31:00 UTC", Text(Render<PauseNotice>(p => p.Add(n => n.AsOf, Some.Now.AddMinutes(1)))), StringComparison.Ordinal);
    }

    [Fact]
    public void LiveComponent_Paused_KeepsWhatItShowsAndThenShowsTheLatest()
    {
        Client.Overview.Writer.TryWrite(Version("1"));
        var part = Render<Part>();
        var notice = Render<PauseNotice>();
        Pause.Toggle();

        Client.Overview.Writer.TryWrite(Version("2"));
        Client.Overview.Writer.TryWrite(Version("3"));
        notice.WaitForAssertion(() => Assert.Contains("2 changes waiting", Text(notice), StringComparison.Ordinal));
        Assert.Equal("1", part.Find("p").TextContent);

        Pause.Toggle();
        part.WaitForAssertion(() => Assert.Equal("3", part.Find("p").TextContent));
    }

    [Fact]
    public void LiveComponent_OpenedPaused_ShowsTheFirstAnswer()
    {
        Navigation.NavigateTo("/?paused=2026-03-04T12:30:00Z");
        Client.Overview.Writer.TryWrite(Version("1"));
        Client.Overview.Writer.TryWrite(Version("2"));

        var notice = Render<PauseNotice>();
        var part = Render<Part>();

        notice.WaitForAssertion(() => Assert.Contains("1 change waiting", Text(notice), StringComparison.Ordinal));
        Assert.Equal("1", part.Find("p").TextContent);
    }

    private static string Text(IRenderedComponent<PauseNotice> notice) =>
        string.Join(' ', notice.Find(".notice-paused").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static OverviewSnapshot Version(string version) => Some.Overview() with { DaemonVersion = version };

    private sealed class Part : LiveComponent<OverviewSnapshot>
    {
        protected override bool IsPausable => true;

        protected override IAsyncEnumerable<OverviewSnapshot> WatchAsync(CancellationToken cancellation) => Client.WatchOverviewAsync(cancellation);

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "p");
            builder.AddContent(1, Snapshot?.DaemonVersion);
            builder.CloseElement();
        }
    }
}
