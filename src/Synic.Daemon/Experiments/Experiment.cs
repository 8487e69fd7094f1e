using System.Globalization;
using Synic.Contracts;
using Synic.Daemon.Experiments.Checks;

namespace Synic.Daemon.Experiments;

/// <summary>What to start, what to break in it and when, and what has to come of it. Checked.</summary>
internal sealed record Experiment
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    /// <summary>It was read from.</summary>
    public required string File { get; init; }

    /// <summary>Of every rule that has none of its own.</summary>
    public required ulong Seed { get; init; }

    /// <summary>For all of it.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>The partition, as the daemon's configuration.</summary>
    public required IReadOnlyDictionary<string, string?> Configuration { get; init; }

    public required string Partition { get; init; }

    public required IReadOnlyList<FaultRuleSpec> Rules { get; init; }

    public required IReadOnlyList<ExperimentStep> Steps { get; init; }

    /// <summary>Looked at when all steps are done.</summary>
    public required IReadOnlyList<Check> Expect { get; init; }

    public string SeedText => string.Create(CultureInfo.InvariantCulture, $"0x{Seed:x}");

    public IEnumerable<Check> Checks => Steps.SelectMany(static s => s.When.Concat(s.Expect)).Concat(Expect);

    /// <summary>A rule that no step arms acts from the guest's first instruction on.</summary>
    public bool IsArmedAtStart(FaultRuleSpec rule) =>
        rule.Arm || !Steps.Any(s => s.Actions.Any(a => a.Kind == ActionKind.Arm && a.Target == rule.Id));
}

/// <summary>Waits for something, does something, and looks what came of it.</summary>
internal sealed record ExperimentStep
{
    public string? Name { get; init; }

    /// <summary>All of these; empty: at once.</summary>
    public required IReadOnlyList<Check> When { get; init; }

    /// <summary>How long to wait for that; null: up to the deadline.</summary>
    public TimeSpan? Within { get; init; }

    public required IReadOnlyList<ExperimentAction> Actions { get; init; }

    public required IReadOnlyList<Check> Expect { get; init; }
}

internal enum ActionKind
{
    Arm,
    Pause,
    Remove,
    Type,
    Post,
    Signal,
    EngageKillSwitch,
    ReleaseKillSwitch,
}

/// <summary>One thing that a step does, over the API.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Target">The rule, or the connection of a call; otherwise empty.</param>
internal sealed record ExperimentAction(ActionKind Kind, string Target)
{
    /// <summary>What is sent with it.</summary>
    public object? Body { get; init; }

    /// <summary>Of a call: the status that the guest has to get.</summary>
    public string? Status { get; init; }

    public override string ToString() => Kind switch
    {
        ActionKind.Arm => $"arm {Target}",
        ActionKind.Pause => $"pause {Target}",
        ActionKind.Remove => $"remove {Target}",
        ActionKind.Type => "type at the serial port",
        ActionKind.Post => $"post to {Target}",
        ActionKind.Signal => $"signal {Target}",
        ActionKind.EngageKillSwitch => "engage the kill switch",
        _ => "release the kill switch",
    };
}
