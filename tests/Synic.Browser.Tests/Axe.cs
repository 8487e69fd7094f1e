using System.Text.Json;
using Microsoft.Playwright;

namespace Synic.Browser.Tests;

/// <summary>The accessibility audit of axe-core, which <c>tests/run</c> fetches.</summary>
internal static class Axe
{
    private const string Run = """
        async () => {
            const { violations } = await axe.run(document, { resultTypes: ["violations"] });
            return JSON.stringify(violations.flatMap(v => v.nodes.map(n => ({
                rule: v.id, impact: n.impact ?? v.impact ?? "minor", target: n.target.join(" "), html: n.html.slice(0, 160),
                why: [...n.any, ...n.all, ...n.none].map(c => c.message).join("; ") }))));
        }
        """;

    private static readonly string s_file = RepositoryRoot.Artifacts("tools", "axe", "node_modules", "axe-core", "axe.min.js");
    private static readonly Lazy<string> s_script = new(static () => $"(() => {{ {File.ReadAllText(s_file)} }})()");

    public static bool IsHere => File.Exists(s_file);

    public static async Task<IReadOnlyList<AxeFinding>> AuditAsync(IPage page)
    {
        await page.EvaluateAsync(s_script.Value); // a script element would be against the page's policy
        return JsonSerializer.Deserialize<List<AxeFinding>>(await page.EvaluateAsync<string>(Run), JsonSerializerOptions.Web)!;
    }
}

/// <summary>One element against one rule.</summary>
internal sealed record AxeFinding(string Rule, string Impact, string Target, string Html, string Why)
{
    public bool IsSerious => Impact is "serious" or "critical";

    public override string ToString() => $"{Impact} {Rule}: {Target}: {Why} {Html}";
}
