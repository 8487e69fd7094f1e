using Synic.Contracts.Filters;

namespace Synic.Daemon.Experiments.Checks;

/// <summary>How many events match a filter, since the experiment began.</summary>
internal sealed class EventCheck : Check
{
    public required RowFilter<IEventFilterRow> Filter { get; init; }

    public override string Subject => $"events {Filter.Expression}:";

    public override ValueTask<Finding> ReadAsync(ExperimentTarget target, CancellationToken cancellation)
    {
        var count = target.EventsOf(Filter);
        count.Pump();
        return ValueTask.FromResult(Finding.Of(count.Matched, count.Lost));
    }
}
