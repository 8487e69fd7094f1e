using Bunit;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Components.Faults;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components.Faults;

public sealed class FaultEditorTests : DashboardTest
{
    private FaultSummary? _saved;

    [Fact]
    public void Render_NewRule_ShowsWhatItWouldMean()
    {
        var editor = Show();

        Assert.Contains("3 of 20", editor.Find(".editor-preview").TextContent, StringComparison.Ordinal);
        Assert.Contains("2 of 100 calls", editor.Find(".editor-preview").TextContent, StringComparison.Ordinal);
        Assert.Contains("Linux: posts again.", editor.Find(".editor-preview").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Type_PreviewObjects_ErrorsStandAtTheirFields()
    {
        Client.Preview = _ => throw Some.Problem(
            "invalid_fault", "no", ("match.connections[1]", "is an id of 32 bits, not 'x'"), ("trigger.probability", "is 0 to 1, not 2"), ("labels.a", "is too long"));

        var editor = Show();

        Assert.Equal("is an id of 32 bits, not 'x'", editor.Find("#fault-match-connections-error").TextContent);
        Assert.Equal("is 0 to 1, not 2", editor.Find("#fault-trigger-probability-error").TextContent);
        Assert.Equal("true", editor.Find("#fault-trigger-probability").GetAttribute("aria-invalid"));
        Assert.Contains("labels.a is too long", editor.Find(".field-error[role=alert]").TextContent, StringComparison.Ordinal); // has no field
    }

    [Fact]
    public void Type_Fields_PreviewAsksOnceTheWriterStops()
    {
        var asked = new List<FaultRuleSpec>();
        Client.Preview = rule =>
        {
            asked.Add(rule);
            return Some.Preview(rule);
        };
        var editor = Show();

        editor.Find("#fault-match-connections").Input("0x2001,");
        editor.Find("#fault-match-connections").Input("0x2001, 0x2100..0x21ff");
        Time.Advance(TimeSpan.FromMilliseconds(300));

        editor.WaitForAssertion(() => Assert.Equal(2, asked.Count)); // the first is of the beginning
        Assert.Equal(["0x2001", "0x2100..0x21ff"], asked[^1].Match!.Connections);
        Assert.Equal("0x2001, 0x2100..0x21ff", editor.Find("#fault-match-connections").GetAttribute("value"));
    }

    [Fact]
    public void Choose_OtherAction_ShowsItsFieldsAndDropsTheOthers()
    {
        var editor = Show();

        editor.Find("#fault-action-kind").Change("delay");
        editor.Find("#fault-action-delayMicroseconds").Input("2500");
        Save(editor);

        Assert.Empty(editor.FindAll("#fault-action-status"));
        Assert.Equal(("delay", 2500L, (string?)null), (Client.Saved!.Action!.Kind, Client.Saved.Action.DelayMicroseconds, Client.Saved.Action.Status));
    }

    [Fact]
    public void Type_TextForANumber_IsAnErrorThereAndNothingIsSaved()
    {
        var editor = Show();

        editor.Find("#fault-trigger-times").Input("many");
        Save(editor);

        Assert.Contains("not of the right kind", editor.Find("#fault-trigger-times-error").TextContent, StringComparison.Ordinal);
        Assert.Contains("Not saved", editor.Markup, StringComparison.Ordinal);
        Assert.Empty(Client.FaultActions);
    }

    [Fact]
    public void Json_NotJson_SaysWhere()
    {
        var editor = Show();
        Text(editor, "{ \"match\": ");

        Assert.Contains("this is no JSON", editor.Find(".field-error").TextContent, StringComparison.Ordinal);
        Save(editor);
        Assert.Empty(Client.FaultActions);
    }

    [Theory]
    [InlineData("{ \"matsch\": 1 }", "matsch")]
    [InlineData("{ \"action\": 1 }", "action")]
    [InlineData("{ \"trigger\": { \"nth\": [\"x\"] } }", "trigger.nth[0]")]
    public void Json_OfSomethingElse_NamesTheMember(string text, string path)
    {
        var editor = Show();
        Text(editor, text);
        Save(editor);

        Assert.Equal(path, editor.Find(".field-error code").TextContent);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{ \"match\": null, \"action\": null }")]
    [InlineData("{ \"id\": \"a\", \"id\": \"b\" }")]
    public void Json_Strange_NeverBreaksThePage(string text)
    {
        var editor = Show();

        Text(editor, text);
        editor.FindAll(".segmented button")[0].Click();
        editor.Find("#fault-match-vtl").Input("1");

        Assert.NotEmpty(editor.FindAll("fieldset"));
    }

    [Fact]
    public void Json_MembersWithoutAField_StayWhenTheFormIsUsed()
    {
        var editor = Show();

        Text(editor, """{"match":{"payload":{"bytes":"0e00"}},"action":{"kind":"drop"},"labels":{"a":"b"}}""");
        editor.FindAll(".segmented button")[0].Click();
        editor.Find("#fault-trigger-times").Input("2");
        Save(editor);

        Assert.Equal(("0e00", "b", 2L), (Client.Saved!.Match!.Payload!.Bytes, Client.Saved.Labels!["a"], Client.Saved.Trigger!.Times));
    }

    [Fact]
    public void Save_KnownRule_ReplacesTheVersionThatWasLookedAt()
    {
        var editor = Show(Some.Fault("full", "armed"));

        Assert.Contains("Saving ends it", editor.Find(".warning").TextContent, StringComparison.Ordinal);
        Save(editor);

        Assert.Equal(["replace full 7"], Client.FaultActions);
        Assert.Equal("full", _saved?.Id);
    }

    [Fact]
    public void Save_SomebodyChangedIt_SaysSoAndKeepsWhatWasWritten()
    {
        Client.FaultRefusal = Some.Problem("stale_version", "Somebody changed it since.");
        var editor = Show(Some.Fault());

        editor.Find("#fault-reason").Input("mine");
        Save(editor);

        Assert.Contains("Somebody changed it since.", editor.Markup, StringComparison.Ordinal);
        Assert.Equal("mine", editor.Find("#fault-reason").GetAttribute("value"));
        Assert.Null(_saved);
    }

    [Fact]
    public void Preview_RightIsMissing_SaysWhich()
    {
        Client.Preview = static _ => throw new SynicForbiddenException("This needs the start token.");

        Assert.Contains("This needs the start token.", Show().Find(".editor-preview").TextContent, StringComparison.Ordinal);
    }

    private static void Save(IRenderedComponent<FaultEditor> editor) => editor.Find(".editor-foot .button-main").Click();

    private static void Text(IRenderedComponent<FaultEditor> editor, string text)
    {
        editor.FindAll(".segmented button")[1].Click();
        editor.Find("textarea").Input(text);
    }

    private IRenderedComponent<FaultEditor> Show(FaultSummary? rule = null) => Render<FaultEditor>(p => p
        .Add(e => e.Partition, "demo").Add(e => e.Rule, rule).Add(e => e.OnSaved, saved => _saved = saved));
}
