using Synic.Contracts;

namespace Synic.Dashboard.Client;

/// <summary>The ports of a partition, and one port looked at closely: what it is, what it was asked, why a call would fail, and calls made as the guest.</summary>
/// <remarks>Members fail as those of <see cref="ISynicClient"/> do.</remarks>
public interface IPortClient
{
    /// <summary>Ends after a snapshot without a partition when there is no such partition (any more).</summary>
    IAsyncEnumerable<PartitionSnapshot> WatchPartitionAsync(string partition, CancellationToken cancellation);

    /// <summary>A viewer's own view of the table; nothing is read before it is asked for.</summary>
    IPortView OpenPorts(string partition);

    /// <summary>A port that is there, or else what is left of the last one that had the connection id.</summary>
    /// <param name="partition">Its name.</param>
    /// <param name="connection">As in an address, decimal or hex; what is no connection id is no port.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<PortDetail> GetPortAsync(string partition, string connection, CancellationToken cancellation);

    /// <summary>What the connection id was asked last, also before it had a port; null: no such partition.</summary>
    Task<PortHistory?> GetPortHistoryAsync(string partition, string connection, CancellationToken cancellation);

    /// <summary>What would become of a call now, from each VTL; the port is not called. Empty: no such partition.</summary>
    /// <param name="partition">Its name.</param>
    /// <param name="connection">Of any kind, also without a port.</param>
    /// <param name="operation">"post" or "signal"; null: what fits the port.</param>
    /// <param name="vp">The caller.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<IReadOnlyList<ExplainReport>> ExplainPortAsync(string partition, string connection, string? operation, uint vp, CancellationToken cancellation);

    /// <summary>HvPostMessage as the guest makes it.</summary>
    /// <exception cref="SynicProblemException">What was asked for cannot be called at all.</exception>
    Task<HypercallOutcome> PostAsync(string partition, string connection, PostMessageRequest request, CancellationToken cancellation);

    /// <summary>HvSignalEvent as the guest makes it.</summary>
    /// <exception cref="SynicProblemException">What was asked for cannot be called at all.</exception>
    Task<HypercallOutcome> SignalAsync(string partition, string connection, SignalEventRequest request, CancellationToken cancellation);
}

/// <summary>One port, looked at closely.</summary>
public sealed record PortDetail
{
    /// <summary>Null: no such partition (any more).</summary>
    public PartitionSummary? Partition { get; init; }

    /// <summary>Departed or not; null: nobody has the connection id, or had it lately.</summary>
    public PortSummary? Port { get; init; }

    /// <summary>Why this viewer may not act as the guest; null: may.</summary>
    public string? ActDenied { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

/// <summary>The last calls of a connection id.</summary>
/// <param name="Records">Newest first.</param>
/// <param name="Total">How many are kept.</param>
/// <param name="InjectedByStatus">Of those, how many outcomes fault rules made, by the status that the guest got.</param>
/// <param name="Payloads">The viewer may read payloads.</param>
public sealed record PortHistory(
    IReadOnlyList<EventRecord> Records, int Total, IReadOnlyDictionary<string, long> InjectedByStatus, bool Payloads)
{
    public const int MaxRecords = 100;
    public const int MaxInjected = 1000;

    public static IReadOnlyDictionary<string, long> CountByStatus(IEnumerable<EventRecord> injected) =>
        injected.GroupBy(static r => r.Status ?? "other").ToDictionary(static g => g.Key, static g => g.LongCount());
}

/// <summary>
/// The port table for one viewer: rows that match, in order, a window of them at a time. A row that did not change is the
/// same object as before. Not for two threads at once.
/// </summary>
public interface IPortView
{
    Task<PortWindow> ReadAsync(PortQuery query, CancellationToken cancellation);

    /// <summary>Every row that matches, in order, for an export.</summary>
    Task<IReadOnlyList<PortSummary>> ReadAllAsync(PortQuery query, CancellationToken cancellation);

    /// <summary>Every row as it is now; from here on <see cref="PortWindow.Changes"/> counts what became different.</summary>
    Task<IReadOnlyList<PortSummary>> FreezeAsync(CancellationToken cancellation);
}

/// <summary>A partition at one moment.</summary>
/// <param name="Partition">Null when there is no such partition (any more).</param>
/// <param name="AsOf">When it was taken.</param>
public sealed record PartitionSnapshot(PartitionSummary? Partition, DateTimeOffset AsOf);

/// <summary>Which rows a viewer wants to see.</summary>
public sealed record PortQuery
{
    /// <summary>Rows of a window.</summary>
    public const int MaxCount = 500;

    /// <summary>Without mistakes.</summary>
    public string Filter { get; init; } = "";

    /// <summary>A column by the API's name, with a minus for descending.</summary>
    public string Sort { get; init; } = "connection";

    /// <summary>The first row of the window, from 0.</summary>
    public int Start { get; init; }

    public int Count { get; init; }

    /// <summary>Rows stay where they were: gone ones leave, new ones come last.</summary>
    public bool Hold { get; init; }
}

/// <summary>A window of the port table.</summary>
public sealed record PortWindow
{
    /// <summary>Of the partition, as in <see cref="PartitionSummary.State"/>; null: there is no such partition (any more).</summary>
    public required string? State { get; init; }

    public string? StateReason { get; init; }

    /// <summary>Row number of the first of <see cref="Rows"/>.</summary>
    public required int Start { get; init; }

    public required IReadOnlyList<PortSummary> Rows { get; init; }

    /// <summary>Rows that match, all windows together.</summary>
    public required int Matching { get; init; }

    /// <summary>Ports of the partition.</summary>
    public required int Total { get; init; }

    /// <summary>Were the rows not held, they would stand in another order.</summary>
    public bool OrderChanged { get; init; }

    /// <summary>Ports that came, went or were called since they were frozen.</summary>
    public int Changes { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public static PortWindow NoPartition(DateTimeOffset asOf) => new() { State = null, Start = 0, Rows = [], Matching = 0, Total = 0, AsOf = asOf };
}
