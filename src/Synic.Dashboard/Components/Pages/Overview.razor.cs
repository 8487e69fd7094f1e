using Synic.Contracts;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Pages;

/// <summary>Every partition at a glance, and the ports that fail most.</summary>
public sealed partial class Overview
{
    private readonly RateHistories<(string Partition, Series Series)> _histories = new();

    private enum Series
    {
        Posts,
        Signals,
        Failures,
    }

    protected override IAsyncEnumerable<OverviewSnapshot> WatchAsync(CancellationToken cancellation) =>
        Client.WatchOverviewAsync(cancellation);

    protected override void OnSnapshot(OverviewSnapshot snapshot)
    {
        if (!_histories.BeginRound(snapshot.AsOf))
        {
            return;
        }

        foreach (var partition in snapshot.Partitions)
        {
            Add(partition.Name, Series.Posts, partition.Traffic.PostsPerSecond);
            Add(partition.Name, Series.Signals, partition.Traffic.SignalsPerSecond);
            Add(partition.Name, Series.Failures, partition.Traffic.FailuresPerSecond);
        }
    }

    private void Add(string partition, Series series, double rate)
    {
        _histories.Watch((partition, series));
        _histories.Add((partition, series), rate);
    }
}
