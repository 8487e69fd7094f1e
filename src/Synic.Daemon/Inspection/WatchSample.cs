using Synic.Inspection;

namespace Synic.Daemon.Inspection;

/// <summary>One reading of a watched tree, and what is different since the one before.</summary>
/// <param name="Generation">Grows by one with each reading that has something new.</param>
/// <param name="Result">The whole of it.</param>
internal sealed record WatchSample(long Generation, InspectResult Result)
{
    private const string Late = "deadline";

    public IReadOnlyList<InspectChange> Changes { get; private init; } = [];

    /// <summary>Of counters that move, and of those that have stopped just now.</summary>
    public IReadOnlyList<InspectRate> Rates { get; private init; } = [];

    /// <summary>A branch answers again whose changes meanwhile nobody knows: all of it has to be sent.</summary>
    public bool Recovered { get; private init; }

    /// <summary>Counters whose rate was not 0.</summary>
    private HashSet<string> Moving { get; init; } = [];

    /// <param name="result">The next reading.</param>
    /// <param name="news">False: nothing is different.</param>
    public WatchSample Next(InspectResult result, out bool news)
    {
        var changes = InspectDiff.Between(Result.Node, result.Node, result.Path);
        var rates = InspectRates.Between(Result, result);
        var moving = rates.Where(static r => r.PerSecond != 0).Select(static r => r.Path).ToHashSet();
        var shown = rates.Where(r => r.PerSecond != 0 || r.Reset || Moving.Contains(r.Path)).ToList();
        if (!result.Complete)
        {
            moving.UnionWith(Moving); // those that are missing have not stopped
        }

        var recovered = LateBranches(Result).Except(LateBranches(result)).Any();
        news = recovered || changes.Count != 0 || shown.Count != 0 || !Result.Incomplete.SequenceEqual(result.Incomplete);
        return new WatchSample(news ? Generation + 1 : Generation, result)
        {
            Changes = changes, Rates = shown, Recovered = recovered, Moving = moving,
        };
    }

    private static IEnumerable<string> LateBranches(InspectResult result) =>
        result.Incomplete.Where(static i => i.Reason == Late).Select(static i => i.Path);
}
