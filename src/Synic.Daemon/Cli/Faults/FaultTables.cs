using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;

namespace Synic.Daemon.Cli.Faults;

/// <summary>Fault rules and what they did, as tables for people.</summary>
internal static class FaultTables
{
    /// <summary>Rules as a person would write them.</summary>
    public static JsonSerializerOptions Brief { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static TextTable Rules(IEnumerable<FaultSummary> rules, DateTimeOffset asOf)
    {
        var table = new TextTable("RULE", "STATE", "ACTION", "CALLS", ">MATCHES", ">HITS", ">LEFT", "WHY");
        foreach (var rule in rules)
        {
            table.Row(
                new Cell(rule.Id, Tone.Strong),
                State(rule),
                Action(rule.Rule),
                Calls(rule.Rule),
                Figures.Count(rule.Matches),
                Figures.Count(rule.Hits),
                rule.EndsAt is { } end ? Figures.Age(end - asOf) : Figures.NotKnown,
                rule.StateReason ?? rule.Rule.Reason);
        }

        return table;
    }

    public static TextTable Rule(FaultSummary rule)
    {
        var table = new TextTable("FIELD", "VALUE");
        table.Row("id", new Cell(rule.Id, Tone.Strong)).Row("state", State(rule)).Row("state reason", rule.StateReason)
            .Row("action", Action(rule.Rule)).Row("calls", Calls(rule.Rule)).Row("seed", rule.Rule.Seed)
            .Row("matches", Figures.Count(rule.Matches)).Row("hits", Figures.Count(rule.Hits));
        foreach (var (outcome, count) in rule.Outcomes.Where(static o => o.Value > 0 && o.Key != "injected"))
        {
            table.Row($"passed: {outcome}", Figures.Count(count));
        }

        return table.Row("active delays", Figures.Count(rule.Active)).Row("slow paths", Figures.Count(rule.SlowPaths))
            .Row("created", Figures.Time(rule.Created)).Row("created by", rule.CreatedBy).Row("armed at", Time(rule.ArmedAt)).Row("ends at", Time(rule.EndsAt));
    }

    public static TextTable Decisions(IEnumerable<FaultDecisionSummary> decisions)
    {
        var table = new TextTable(">NUMBER", "TIME", "OPERATION", "CONNECTION", ">VTL", ">VP", ">SINT", "OUTCOME", "DRAW");
        foreach (var decision in decisions)
        {
            table.Row(
                Figures.Count(decision.Number),
                Figures.Clock(decision.Time),
                decision.Operation,
                decision.Connection,
                Figures.Count(decision.Vtl),
                Figures.Count(decision.Vp),
                Figures.Count(decision.Sint),
                new Cell(decision.Outcome, decision.Outcome is "injected" ? Tone.Bad : Tone.Plain),
                decision.Draw);
        }

        return table;
    }

    public static TextTable Preview(FaultPreview preview)
    {
        var calls = preview.Calls;
        var table = new TextTable("FIELD", "VALUE")
            .Row("rule", new Cell(preview.Rule.Id, Tone.Strong)).Row("action", Action(preview.Rule)).Row("calls", Calls(preview.Rule))
            .Row("ports", $"{preview.PortsMatched} of {preview.PortsTotal}: {Some(preview.Ports)}")
            .Row("fast path", $"{preview.FastPathPorts} of them")
            .Row("last minute", Invariant($"{calls.Looked} calls, {calls.Matched} meant, {calls.Hit} hit{(calls.Unknown > 0 ? $", {calls.Unknown} not known" : "")}{(calls.Complete ? "" : " (older ones are gone)")}"))
            .Row("conflicts with", preview.ConflictsWith).Row("ends at", Figures.Time(preview.EndsAt));
        foreach (var text in preview.GuestReaction)
        {
            table.Row("guest", text);
        }

        foreach (var text in preview.Warnings)
        {
            table.Row("warning", new Cell(text, Tone.Bad));
        }

        return table;
    }

    public static TextTable Imported(FaultImportResult result)
    {
        var table = new TextTable("RULE", result.DryRun ? "WOULD BE" : "STATE", "ACTION", "CALLS", "REPLACED", "SEED");
        foreach (var rule in result.Rules)
        {
            table.Row(
                new Cell(rule.Id, Tone.Strong), new Cell(rule.State, ToneOf(rule.State)), Action(rule.Rule), Calls(rule.Rule),
                rule.Replaced ? "yes" : "no", rule.Rule.Seed);
        }

        return table;
    }

    public static TextTable Scenarios(IEnumerable<ScenarioSummary> scenarios)
    {
        var table = new TextTable("SCENARIO", ">RULES", ">SECONDS", "SHOWS");
        foreach (var scenario in scenarios)
        {
            table.Row(
                new Cell(scenario.Name, Tone.Strong), Figures.Count(scenario.Rules),
                scenario.Seconds.ToString(CultureInfo.InvariantCulture), scenario.Description);
        }

        return table;
    }

    public static TextTable KillSwitch(KillSwitchSummary state) => new TextTable("KILL SWITCH", "SINCE", "BY", "REASON").Row(
        state.Engaged ? new Cell("engaged", Tone.Bad) : "released", Time(state.Since), state.By, state.Reason);

    private static Cell State(FaultSummary rule) =>
        new(rule.Rule.DryRun && rule.State is "armed" ? "armed (dry run)" : rule.State, ToneOf(rule.State));

    private static Tone ToneOf(string state) => state switch
    {
        "armed" => Tone.Bad, // something is broken on purpose
        "draft" or "paused" => Tone.Plain,
        _ => Tone.Dim,
    };

    private static string Action(FaultRuleSpec rule) => rule.Action is not { } action ? Figures.NotKnown
        : action.Status is { } status ? $"{action.Kind} {status}"
        : action.DelayMicroseconds is { } delay ? Invariant($"{action.Kind} {delay}{(action.JitterMicroseconds > 0 ? $"+{action.JitterMicroseconds}" : "")} us")
        : action.Count is { } count ? Invariant($"{action.Kind} {count}")
        : action.Kind ?? Figures.NotKnown;

    private static string Calls(FaultRuleSpec rule)
    {
        var match = rule.Match ?? new FaultMatchSpec();
        string?[] parts =
        [
            match.Operation ?? (match.MatchAll ? "all" : null),
            match.Connections is null ? null : string.Join(',', match.Connections),
            match.Owner is null ? null : $"owner:{match.Owner}",
            match.Vp is null ? null : $"vp:{match.Vp}",
            match.Sint is null ? null : $"sint:{match.Sint}",
            match.VmbusMessageType is null ? null : $"vmbus:{match.VmbusMessageType}",
        ];
        return string.Join(' ', parts.Where(static p => p is not null));
    }

    private static string Some(IReadOnlyList<FaultPreviewPort> ports) =>
        ports.Count == 0 ? "none" : string.Join(", ", ports.Take(8).Select(static p => $"{p.ConnectionText} {p.Owner}")) + (ports.Count > 8 ? ", …" : "");

    private static string Time(DateTimeOffset? time) => time is { } given ? Figures.Time(given) : Figures.NotKnown;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
