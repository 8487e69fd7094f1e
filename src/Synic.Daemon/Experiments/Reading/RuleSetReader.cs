using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Synic.Contracts;
using Synic.Daemon.Partitions;
using Synic.Faults;

namespace Synic.Daemon.Experiments.Reading;

/// <summary>Reads fault rules: those of scenario files, and those that stand in the experiment itself.</summary>
internal static class RuleSetReader
{
    private const int MaxRules = 256;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <param name="root">Of the experiment.</param>
    /// <param name="folder">Files are meant from here.</param>
    /// <param name="experiment">Its name, the reason of rules that give none.</param>
    /// <param name="seed">Of rules that have none.</param>
    /// <param name="mistakes">Gets what is wrong.</param>
    public static IReadOnlyList<FaultRuleSpec> Read(StrictObject root, string folder, string experiment, ulong seed, Mistakes mistakes)
    {
        var written = new List<(JsonElement Json, string Path)>();
        foreach (var (text, path) in root.Texts("scenarios"))
        {
            written.AddRange(IsFile(text) ? ReadScenario(Path.Combine(folder, text), path, mistakes) : FromLibrary(text, path, mistakes));
        }

        written.AddRange(root.Items("rules"));
        if (written.Count > MaxRules)
        {
            root.Mistake("rules", $"and scenarios have {written.Count} rules together, at most {MaxRules} are possible");
        }

        var rules = new List<FaultRuleSpec>();
        foreach (var (json, path) in written)
        {
            if (ReadRule(json, path, experiment, seed, mistakes) is { } rule)
            {
                if (rules.Exists(r => r.Id == rule.Id))
                {
                    mistakes.Add($"{path}.id", $"is '{rule.Id}', which another rule has");
                }

                rules.Add(rule);
            }
        }

        return rules;
    }

    private static bool IsFile(string text) => text.AsSpan().ContainsAny('/', '\\', '.');

    private static IEnumerable<(JsonElement Json, string Path)> FromLibrary(string name, string path, Mistakes mistakes)
    {
        if (ScenarioLibrary.TryGet(name, out var set))
        {
            return set.Rules!.Select(r => (JsonSerializer.SerializeToElement(r, s_json), $"{path}: {name}"));
        }

        mistakes.Add(path, $"is a file, or one of {string.Join(", ", ScenarioLibrary.All.Select(static s => s.Name))}, not '{name}'");
        return [];
    }

    // A set of rules as `synicd faults export` writes it.
    private static IEnumerable<(JsonElement Json, string Path)> ReadScenario(string file, string path, Mistakes mistakes)
    {
        var own = new Mistakes();
        var rules = Array.Empty<(JsonElement, string)>() as IReadOnlyList<(JsonElement Json, string Path)>;
        if (ExperimentReader.Parse(file, own) is { } json)
        {
            var set = new StrictObject(json, "$", own);
            set.Text("name");
            set.Text("description");
            set.Texts("guestReaction");
            rules = set.Items("rules");
            set.RefuseUnknown();
            if (set.IsObject && rules.Count == 0)
            {
                set.Mistake("rules", "is missing or empty: a scenario has at least one rule");
            }
        }

        foreach (var mistake in own.All)
        {
            mistakes.Add(path, $"{file}: {mistake}");
        }

        return rules.Select(r => (r.Json, $"{path}: {r.Path}"));
    }

    private static FaultRuleSpec? ReadRule(JsonElement json, string path, string experiment, ulong seed, Mistakes mistakes)
    {
        if (SpecShape.Read<FaultRuleSpec>(json, path, mistakes) is not { } spec)
        {
            return null;
        }

        if (spec.Id is null)
        {
            mistakes.Add($"{path}.id", "is missing: steps and reports name the rule by it");
        }

        spec = spec with
        {
            Seed = spec.Seed ?? string.Create(CultureInfo.InvariantCulture, $"0x{seed:x}"),
            Reason = spec.Reason ?? $"experiment {experiment}",
        };
        if (!FaultRuleReader.TryRead(spec, spec.Id ?? "unnamed", "experiment", out _, out var errors))
        {
            foreach (var (field, messages) in errors)
            {
                mistakes.Add($"{path}.{field}", string.Join("; ", messages));
            }
        }

        return spec.Id is null ? null : spec;
    }
}
