using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Synic.Contracts;

namespace Synic.Daemon.Partitions;

/// <summary>The sets of rules that the daemon brings along: the files of <c>docs/scenarios</c>.</summary>
internal static class ScenarioLibrary
{
    private const string Folder = "scenarios/";
    private const double DefaultSeconds = 300;

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, RespectNullableAnnotations = true };
    private static readonly Lazy<IReadOnlyList<FaultRuleSet>> s_all = new(Load);

    /// <summary>By name.</summary>
    public static IReadOnlyList<FaultRuleSet> All => s_all.Value;

    public static bool TryGet(string name, [NotNullWhen(true)] out FaultRuleSet? set)
    {
        set = All.FirstOrDefault(s => s.Name == name);
        return set is not null;
    }

    public static ScenarioSummary Summarize(FaultRuleSet set) => new(
        set.Name!, set.Description ?? "", set.GuestReaction ?? [], set.Rules!.Count, set.Rules.Max(static r => r!.TtlSeconds ?? DefaultSeconds));

    private static List<FaultRuleSet> Load()
    {
        var assembly = typeof(ScenarioLibrary).Assembly;
        var sets = new List<FaultRuleSet>();
        foreach (var name in assembly.GetManifestResourceNames().Where(static n => n.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var file = assembly.GetManifestResourceStream(name)!;
            sets.Add(JsonSerializer.Deserialize<FaultRuleSet>(file, s_json)!);
        }

        return sets;
    }
}
