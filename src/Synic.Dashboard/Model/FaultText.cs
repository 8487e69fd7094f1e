using System.Globalization;
using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>A fault rule in words.</summary>
internal static class FaultText
{
    /// <summary>What it does to a call that it hits.</summary>
    public static string Effect(FaultActionSpec? action) => action?.Kind switch
    {
        "status" => $"answers {action.Status} without calling the port",
        "statusAfter" => $"calls the port, then answers {action.Status}",
        "drop" => "says success and does nothing",
        "delay" => $"holds it for {Microseconds(action.DelayMicroseconds)}{(action.JitterMicroseconds is > 0 and var more ? $" and up to {Microseconds(more)} more" : "")}",
        "busy" => $"behaves as if there was no room, {Times(action.Count)}",
        "reexecute" => "lets the VP make the call again",
        "duplicate" => $"delivers it {action.Count ?? 1} more {(action.Count is > 1 ? "times" : "time")}",
        "reorder" => $"holds up to {action.Depth} messages and lets them go in another order",
        "corrupt" => "changes its bytes",
        "loseInterrupt" => "delivers it without an interrupt",
        "spuriousInterrupt" => "raises the interrupt and delivers nothing",
        "wrongVp" => $"delivers it to VP {action.Vp}",
        "keepPending" => $"keeps the slot taken for {Times(action.Count)}",
        "verify" => "changes nothing and tells of it",
        null => "does nothing yet",
        var other => other,
    };

    /// <summary>Which calls it means.</summary>
    public static string Calls(FaultMatchSpec? match)
    {
        if (match is null)
        {
            return "no calls yet";
        }

        var parts = new List<string> { match.Operation ?? "every call" };
        Add("to", match.Connections is { } connections ? string.Join(", ", connections) : null);
        Add("on ports of kind", match.Kind);
        Add("of owner", match.Owner);
        Add("from VTL", match.Vtl);
        Add("of VP", match.Vp);
        Add("at SINT", match.Sint);
        Add("with flag", match.Flag);
        Add("of monitor id", match.MonitorId);
        Add("of message type", match.MessageType);
        Add("of VMBus message", match.VmbusMessageType);
        Add("with bytes", match.Payload?.Bytes);
        return string.Join(' ', parts);

        void Add(string words, string? value)
        {
            if (value is not null)
            {
                parts.Add($"{words} {value}");
            }
        }
    }

    /// <summary>Which of them, and for how long; empty: all.</summary>
    public static string Limits(FaultRuleSpec rule)
    {
        var trigger = rule.Trigger;
        var parts = new List<string>();
        if (rule.DryRun)
        {
            parts.Add("only counts (dry run)");
        }

        if (trigger?.SkipFirst is > 0 and var skip)
        {
            parts.Add(Invariant($"lets {skip} pass first"));
        }

        if (trigger?.EveryNth is > 1 and var nth)
        {
            parts.Add(Invariant($"1 of every {nth}"));
        }

        if (trigger?.Nth is { Count: > 0 } numbers)
        {
            parts.Add($"match {string.Join(", ", numbers)}");
        }

        if (trigger?.Probability is < 1 and var probability)
        {
            parts.Add(Invariant($"{probability * 100:0.###} % of them"));
        }

        if (trigger?.Times is { } times)
        {
            parts.Add(Invariant($"at most {times} hit{(times == 1 ? "" : "s")}"));
        }

        return string.Join(" · ", parts);
    }

    /// <summary>How long it still lives.</summary>
    public static string Remaining(DateTimeOffset? ends, DateTimeOffset now) =>
        ends is not { } end ? "" : end <= now ? "ending" : Invariant($"{(int)(end - now).TotalMinutes}:{(end - now).Seconds:00}");

    private static string Times(int? count) => count is > 1 ? $"{count} times" : "once";

    private static string Microseconds(long? value) => value switch
    {
        null => "some time",
        >= 1_000_000 => Invariant($"{value / 1e6:0.###} s"),
        >= 1000 => Invariant($"{value / 1e3:0.###} ms"),
        _ => Invariant($"{value} µs"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
