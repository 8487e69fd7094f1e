using System.Text.Json.Serialization;

namespace Synic.Contracts;

/// <summary>Fault rules that belong together, as they lie in a file.</summary>
/// <example>
/// { "name": "receiver-full", "description": "The receiver is full twice.", "rules": [ { "id": "receiver-full",
/// "match": { "operation": "post_message", "connections": [ "0x1000" ] }, "action": { "kind": "busy", "count": 2 },
/// "trigger": { "times": 1 }, "seed": "0x2a", "reason": "see the retry" } ] }
/// </example>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FaultRuleSet
{
    /// <summary>1 to 64 of a-z, 0-9, '-', '_' and '.'.</summary>
    public string? Name { get; init; }

    /// <summary>What it shows.</summary>
    public string? Description { get; init; }

    /// <summary>What a guest is expected to do about it.</summary>
    public IReadOnlyList<string>? GuestReaction { get; init; }

    /// <summary>At most 256, each with an id: decisions are drawn from it.</summary>
    public IReadOnlyList<FaultRuleSpec?>? Rules { get; init; }
}

/// <summary>What became of a set, or with <c>dryRun</c> would have become of it.</summary>
public sealed record FaultImportResult
{
    /// <summary>Of the set.</summary>
    public string? Name { get; init; }

    /// <summary>Nothing was changed.</summary>
    public required bool DryRun { get; init; }

    /// <summary>In the order of the set.</summary>
    public required IReadOnlyList<FaultImportedRule> Rules { get; init; }
}

/// <param name="Id">Of the rule.</param>
/// <param name="Replaced">It is in the place of one that had the id.</param>
/// <param name="State"><c>draft</c> or <c>armed</c>.</param>
/// <param name="Rule">With its seed and all defaults.</param>
public sealed record FaultImportedRule(string Id, bool Replaced, string State, FaultRuleSpec Rule);

/// <summary>A set of rules that the daemon brings along.</summary>
/// <param name="Name">What it is started by.</param>
/// <param name="Description">What it shows.</param>
/// <param name="GuestReaction">What a guest is expected to do about it.</param>
/// <param name="Rules">How many it has.</param>
/// <param name="Seconds">How long they last at most, once armed.</param>
public sealed record ScenarioSummary(string Name, string Description, IReadOnlyList<string> GuestReaction, int Rules, double Seconds);
