using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using Synic.Contracts;
using Synic.Dashboard.Components.Faults;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components.Faults;

public sealed class FaultSetDialogTests : DashboardTest
{
    private const string Set = """{"name":"mine","rules":[{"id":"full","match":{"matchAll":true},"action":{"kind":"verify"}}]}""";

    [Fact]
    public void Scenario_Chosen_ShowsWhatItArmsAndStartsWithAReason()
    {
        Client.Scenarios = [new ScenarioSummary("receiver-full", "It is full.", ["Linux: retries."], 1, 300)];
        var started = false;
        var dialog = Render<ScenarioDialog>(p => p.Add(d => d.Partition, "demo").Add(d => d.OnStarted, () => started = true));
        Assert.True(dialog.Find(".button-inject").HasAttribute("disabled"));

        dialog.Find("input[type=radio]").Change("receiver-full");
        Assert.Contains("answers insufficient_buffers", dialog.Find(".rule-list").TextContent, StringComparison.Ordinal);
        Assert.Contains("Linux: retries.", dialog.Markup, StringComparison.Ordinal);
        dialog.Find(".button-inject").Click();

        Assert.Equal(["check receiver-full: ", "start receiver-full: scenario receiver-full"], Client.FaultActions);
        Assert.True(started);
    }

    [Fact]
    public void Scenario_Refused_SaysWhyAndArmsNothing()
    {
        Client.Scenarios = [new ScenarioSummary("a", "b", [], 1, 300)];
        Client.FaultRefusal = Some.Problem("fault_conflict", "Another rule is in the way.");
        var dialog = Render<ScenarioDialog>(p => p.Add(d => d.Partition, "demo"));

        dialog.Find("input[type=radio]").Change("a");

        Assert.Equal("Another rule is in the way.", dialog.Find(".field-error").TextContent.Trim());
        Assert.True(dialog.Find(".button-inject").HasAttribute("disabled"));
    }

    [Fact]
    public void Import_Text_IsCheckedBeforeItComesIn()
    {
        var imported = false;
        var dialog = Import(() => imported = true);

        dialog.Find("textarea").Input(Set);
        dialog.Find(".button-main").Click();
        Assert.Equal(["check mine"], Client.FaultActions);
        Assert.Contains("full", dialog.Find(".rule-list").TextContent, StringComparison.Ordinal);
        dialog.Find(".button-main").Click();

        Assert.Equal(["check mine", "import mine"], Client.FaultActions);
        Assert.True(imported);
    }

    [Fact]
    public void Import_ChangedAfterTheCheck_IsCheckedAgain()
    {
        var dialog = Import();
        dialog.Find("textarea").Input(Set);
        dialog.Find(".button-main").Click();

        dialog.Find("input[type=checkbox]").Change(true);

        Assert.Equal("Check", dialog.Find(".button-main").TextContent);
        dialog.Find(".button-main").Click();
        Assert.Equal("check mine replacing", Client.FaultActions[^1]);
    }

    [Theory]
    [InlineData("{", "this is no JSON")]
    [InlineData("[]", "is no JSON")]
    [InlineData("""{"rules":[{"idd":"x"}]}""", "rules[0].idd")]
    public void Import_SomethingElse_SaysWhere(string text, string words)
    {
        var dialog = Import();

        dialog.Find("textarea").Input(text);
        dialog.Find(".button-main").Click();

        Assert.Contains(words, dialog.Find("p.field-error").TextContent, StringComparison.Ordinal);
        Assert.Empty(Client.FaultActions);
    }

    [Fact]
    public void Import_DaemonObjects_NamesTheRulesField()
    {
        Client.FaultRefusal = Some.Problem("invalid_fault", "no", ("rules[0].match", "is empty"));
        var dialog = Import();

        dialog.Find("textarea").Input(Set);
        dialog.Find(".button-main").Click();

        Assert.Equal("rules[0].match is empty", dialog.Find("p.field-error").TextContent.Trim());
    }

    [Fact]
    public void Import_File_ComesIntoTheText()
    {
        var dialog = Import();

        dialog.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText(Set, "set.json"));

        dialog.WaitForAssertion(() => Assert.Contains("mine", dialog.Find("textarea").GetAttribute("value"), StringComparison.Ordinal));
    }

    private IRenderedComponent<ImportDialog> Import(Action? done = null) =>
        Render<ImportDialog>(p => p.Add(d => d.Partition, "demo").Add(d => d.OnImported, done ?? (static () => { })));
}
