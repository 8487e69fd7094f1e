namespace Synic.Contracts;

/// <summary>How a guest's calls spread over its connections: from VTL to connection to who answers there.</summary>
/// <param name="WindowSeconds">How far back the calls go that were counted.</param>
/// <param name="Missing">Calls of that time that nobody wrote down; the ports' own counters have them.</param>
/// <param name="Connections">With traffic in that time.</param>
/// <param name="Edges">The busiest, most calls first, and then what is left, put together by VTL and owner.</param>
/// <param name="AsOf">When it was counted.</param>
public sealed record FlowSummary(double WindowSeconds, long Missing, int Connections, IReadOnlyList<FlowEdge> Edges, DateTimeOffset AsOf);

/// <summary>Calls of one VTL to one connection, or to the rest of the connections of one owner.</summary>
public sealed record FlowEdge
{
    /// <summary>Null: the hypervisor's fast path, which does not tell who called.</summary>
    public int? Vtl { get; init; }

    /// <summary>Hex; null: the rest.</summary>
    public string? Connection { get; init; }

    /// <summary>Connections behind it: 1, or how many the rest is.</summary>
    public required int Connections { get; init; }

    /// <summary>Null: nobody is there, or several owners are put together.</summary>
    public string? Owner { get; init; }

    /// <summary>How many answer there: 0 for nobody.</summary>
    public required int Owners { get; init; }

    public required double CallsPerSecond { get; init; }

    /// <summary>Of these: refused, and no rule did it.</summary>
    public required double FailuresPerSecond { get; init; }

    /// <summary>Of these: the outcome was made by a fault rule.</summary>
    public required double InjectedPerSecond { get; init; }
}
