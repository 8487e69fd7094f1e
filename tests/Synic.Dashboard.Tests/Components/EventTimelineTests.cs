using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class EventTimelineTests : DashboardTest
{
    [Fact]
    public void Render_NothingHappened_SaysSo() => Assert.Equal("Nothing happened", Show().WaitForElement(".empty h2").TextContent);

    [Fact]
    public void Render_KeptThenNew_NewestFirst()
    {
        Client.EventPage = static _ => Page(Some.Event(1), Some.Event(2));
        var view = Show();

        Client.Events.Writer.TryWrite([Some.Event(3, "signal")]);

        view.WaitForAssertion(() => Assert.Equal(["signal", "post", "post"], view.FindAll(".event-row td:nth-child(2)").Select(c => c.TextContent.Trim())));
        Assert.Equal(2, Assert.Single(Client.EventWatches).After);
    }

    [Fact]
    public void Paused_EventsCome_AreCountedAndShownWhenResumed()
    {
        Client.EventPage = static _ => Page(Some.Event(1));
        var view = Show("?paused=2026-03-04T12:30:00Z");

        Client.Events.Writer.TryWrite([Some.Event(2), Some.Event(3)]);

        view.WaitForAssertion(() => Assert.Contains("2 events waiting", view.Find(".notice-paused").TextContent, StringComparison.Ordinal));
        Assert.Single(view.FindAll(".event-row"));
        view.Find("button.pause").Click();
        view.WaitForAssertion(() => Assert.Equal(3, view.FindAll(".event-row").Count));
    }

    [Fact]
    public void Render_Dropped_IsALineThatSaysHowManyAndWhy()
    {
        Client.EventPage = static _ => Page(Some.Event(9, "dropped") with { Count = 1200, Reason = "overwritten" });

        var view = Show();

        Assert.Contains("1,200 records missing here: they were overwritten", view.Find(".event-dropped").TextContent, StringComparison.Ordinal);
        Assert.Equal("1,200 missing", view.Find(".event-line strong").TextContent);
    }

    [Fact]
    public void Render_InjectedFailure_IsToldApartFromARealOne()
    {
        Client.EventPage = static _ => Page(
            Some.Event(1) with { Status = "operation_denied" }, Some.Event(2) with { Status = "operation_denied", InjectedBy = "slow-echo" });

        var rows = Show().FindAll(".event-row");

        Assert.Equal("INJ", rows[0].QuerySelector(".injected-mark")!.TextContent);
        Assert.NotNull(rows[0].QuerySelector("span.injected"));
        Assert.Null(rows[1].QuerySelector(".injected-mark"));
        Assert.NotNull(rows[1].QuerySelector("span.failing"));
    }

    [Fact]
    public void Filter_Typed_IsAskedForAndAMistakeIsNot()
    {
        var view = Show("?events=kind:post");
        view.WaitForAssertion(() => Assert.Equal("kind:post", Client.EventWatches[^1].Filter));

        view.Find("#event-filter").Input("kind:post knd:x");

        Assert.Contains("knd", view.Find("#event-filter-error").TextContent, StringComparison.Ordinal);
        Assert.All(Client.EventWatches, w => Assert.Equal("kind:post", w.Filter));
    }

    [Fact]
    public void Range_InTheAddress_ReadsBackToItsBeginningAndStands()
    {
        Client.EventPage = static question => question.Cursor is null
            ? Page(Some.Event(50), Some.Event(90)) with { Next = "older" }
            : Page(Some.Event(5), Some.Event(20)) with { Next = "never read" };

        var view = Show("?from=2026-03-04T12:30:10&to=2026-03-04T12:31:00");

        Assert.Equal(["12:30:50.000000", "12:30:20.000000"], view.FindAll(".event-row td:first-child").Select(c => c.TextContent));
        Assert.Empty(Client.EventWatches);
        view.Find("button.pause").Click(); // live again
        view.WaitForAssertion(() => Assert.Single(Client.EventWatches));
        Assert.DoesNotContain("from=", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_WithPayload_IsDecodedOtherwiseItsHash()
    {
        Client.EventPage = static _ => Page(
            Some.Event(1) with { PayloadHash = "0x1f", Size = 3 }, Some.Event(2) with { Payload = "SGkAAA==", VmBusMessage = "INITIATE_CONTACT" });
        var view = Show();

        view.FindAll(".event-row")[0].Click();
        Assert.Contains("48 69 00 00", view.Find(".hex").TextContent, StringComparison.Ordinal);
        Assert.Contains("Hi..", view.Find(".hex").TextContent, StringComparison.Ordinal);
        Assert.Contains("INITIATE_CONTACT", view.Find(".inspect-detail h4").TextContent, StringComparison.Ordinal);

        view.FindAll(".event-row")[1].Click();
        Assert.Empty(view.FindAll(".hex"));
        Assert.Contains("“payload”", view.Find(".inspect-detail").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_DaemonRefuses_SaysItsWords()
    {
        Client.EventPage = static _ => throw new SynicProblemException("the filter is too long");

        Assert.Contains("the filter is too long", Show().Find(".filter-error[role=alert] ~ .filter-error, .filter-error:not(#event-filter-error)").TextContent, StringComparison.Ordinal);
    }

    private static ListPage<EventRecord> Page(params EventRecord[] items) => new(items, null, items.Length, Some.Now);

    private IRenderedComponent<EventTimeline> Show(string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/" + query);
        return Render<EventTimeline>(p => p.Add(v => v.Partition, "demo"));
    }
}
