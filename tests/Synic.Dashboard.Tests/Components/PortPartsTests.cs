using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class PortPartsTests : DashboardTest
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void Explain_Refused_ShowsTheDecidingCheckFirst()
    {
        Client.Explained = [Report("operation_denied", "min_vtl"), Report("success", null)];

        var part = Explain();

        Assert.Equal("min vtl", part.Find(".check-first td").TextContent);
        Assert.Equal(["min vtl", "backend up", "kind"], part.FindAll(".explain-checks tbody tr td:first-child").Select(static c => c.TextContent));
        Assert.Equal(["failed", "ok", "not applicable"], part.FindAll(".check-state").Select(static c => c.TextContent));
    }

    [Fact]
    public void Explain_OtherVtlAndVp_AreShownAndInTheAddress()
    {
        Client.Explained = [Report("operation_denied", "min_vtl"), Report("success", null)];
        var part = Explain();

        part.FindAll(".verdict-choice")[1].Click();
        part.Find("select").Change("1");

        Assert.Empty(part.FindAll(".check-first"));
        Assert.EndsWith("?vtl=1&vp=1", Navigation.Uri, StringComparison.Ordinal);
        Assert.Equal(("post", 1u), Client.Explains[^1]);
    }

    [Theory]
    [InlineData("vp=99&vtl=9&operation=reboot")]
    [InlineData("vp=-1&vtl=x&operation=")]
    public void Explain_AddressSaysNonsense_AsksForWhatThereIs(string query)
    {
        Navigation.NavigateTo("/?" + query);
        Explain("event");

        Assert.All(Client.Explains, static e => Assert.Equal(("signal", 0u), e));
    }

    [Fact]
    public void Explain_NoConnectionId_SaysSo() => Assert.Contains("no connection id", Explain().Markup, StringComparison.Ordinal);

    [Theory]
    [InlineData("0xzz", "1", "hex digits")]
    [InlineData("0x123", "1", "hex digits")]
    [InlineData("", "-1", "Type is a number")]
    [InlineData("", "0x1ffffffff", "Type is a number")]
    public void Act_InputIsWrong_SaysWhatAndCallsNothing(string payload, string type, string expected)
    {
        var part = Act("message");
        part.Find(".act-payload input").Change(payload);
        part.Find(".act-number").Change(type);

        part.Find("form").Submit();

        Assert.Contains(expected, part.Find(".failing").TextContent, StringComparison.Ordinal);
        Assert.Empty(Client.Acts);
    }

    [Fact]
    public void Act_Post_SendsWhatWasTypedAndSaysTheStatus()
    {
        Client.Outcome = static () => new HypercallOutcome(new HvStatusValue("0x13", "insufficient_buffers"), null);
        var part = Act("message");
        part.Find(".act-payload input").Change("0x01 ff");
        part.FindAll("select")[1].Change("2");

        part.Find("form").Submit();

        var request = Assert.IsType<PostMessageRequest>(Assert.Single(Client.Acts));
        Assert.Equal(("Af8=", 2, 1u), (request.Payload, request.Vtl, request.MessageType));
        Assert.Contains("insufficient buffers", part.Find(".failing").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Act_SignalInjected_IsMarkedAsSuch()
    {
        Client.Outcome = static () => new HypercallOutcome(new HvStatusValue("0x78", "timeout"), "slow-echo");
        var part = Act("event");
        part.Find(".act-number").Change("0x10");

        part.Find("form").Submit();

        Assert.Equal(16, Assert.IsType<SignalEventRequest>(Assert.Single(Client.Acts)).Flag);
        Assert.Contains("slow-echo", part.Find("p.injected").TextContent, StringComparison.Ordinal);
        Assert.Equal("INJ", part.Find(".injected-mark").TextContent);
    }

    [Fact]
    public void Act_Refused_SaysTheDaemonsReason()
    {
        Client.Outcome = static () => throw new SynicForbiddenException("This daemon only watches.");
        var part = Act("event");

        part.Find("form").Submit();

        Assert.Contains("only watches", part.Find(".failing").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_NoRight_SaysSoAndShowsNoBytes()
    {
        Client.PortHistory = new PortHistory([Record(1)], 1, new Dictionary<string, long>(), Payloads: false);

        var part = Calls();

        Assert.Contains("need the right", part.Markup, StringComparison.Ordinal);
        Assert.Empty(part.FindAll(".payload"));
    }

    [Fact]
    public void Calls_Opened_DecodesTheMessageAndItsBytes()
    {
        var payload = new byte[20];
        payload[0] = 7; // CLOSECHANNEL
        payload[8] = 42;
        payload[19] = (byte)'<';
        Client.PortHistory = new PortHistory(
            [Record(2) with { VmBusMessage = "CLOSECHANNEL", Payload = Convert.ToBase64String(payload) }], 1, new Dictionary<string, long>(), Payloads: true);
        var part = Calls();
        Assert.Empty(part.FindAll(".dump"));

        part.Find(".payload summary").Click();

        Assert.Equal("42", part.Find(".payload dd").TextContent);
        Assert.Contains("0010  00 00 00 3c", part.Find(".dump").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_InjectedAndReal_AreToldApart()
    {
        Client.PortHistory = new PortHistory(
            [Record(2) with { Status = "timeout", InjectedBy = "slow" }, Record(1) with { Status = "operation_denied" }], 2, new Dictionary<string, long>(), Payloads: true);

        var part = Calls();

        Assert.Equal("operation denied", part.Find(".failing").TextContent);
        Assert.Equal("timeout", part.Find("span.injected").TextContent);
    }

    private static EventRecord Record(long seq) => new() { Seq = seq, Time = Some.Now, MonotonicNs = 0, Kind = "post", Status = "success", Size = 20 };

    private static ExplainReport Report(string result, string? failure) => new()
    {
        Operation = "post",
        Direction = "guest_to_host",
        Checks =
        [
            new ExplainCheck("backend_up", "ok", "running", null, "It runs.", null),
            new ExplainCheck("min_vtl", failure is null ? "ok" : "failed", "2", null, "The port takes VTL 2.", null),
            new ExplainCheck("kind", "not_applicable", null, null, "", null),
        ],
        FirstFailure = failure,
        Verdict = new ExplainVerdict(result, null, Certain: true, failure, "openvmm", "The guest would get that."),
        Hints = [],
        AsOf = Some.Now,
    };

    private IRenderedComponent<PortExplain> Explain(string kind = "message") =>
        Render<PortExplain>(p => p.Add(e => e.Partition, "demo").Add(e => e.Id, "1").Add(e => e.Kind, kind).Add(e => e.Vps, 2));

    private IRenderedComponent<PortAct> Act(string kind) =>
        Render<PortAct>(p => p.Add(e => e.Partition, "demo").Add(e => e.Id, "1").Add(e => e.Kind, kind).Add(e => e.Vps, 2));

    private IRenderedComponent<PortCalls> Calls() => Render<PortCalls>(p => p.Add(e => e.Partition, "demo").Add(e => e.Id, "1"));
}
