using System.Text.Json;
using Synic.Contracts.Filters;

namespace Synic.Daemon.Experiments.Checks;

/// <summary>The sum of a metric's series that have these labels, as <c>/metrics</c> shows them.</summary>
internal sealed class MetricCheck : Check
{
    public required string Metric { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public override string Subject =>
        Labels.Count == 0 ? Metric : $"{Metric}{{{string.Join(',', Labels.Select(static l => $"{l.Key}=\"{l.Value}\""))}}}";

    public override async ValueTask<Finding> ReadAsync(ExperimentTarget target, CancellationToken cancellation)
    {
        var text = await target.MetricsAsync(cancellation).ConfigureAwait(false);
        var sum = 0.0;
        var found = false;
        var named = false;
        foreach (var series in MetricText.Read(text).Where(s => s.Name == Metric))
        {
            named = true;
            if (Labels.All(l => series.Labels.GetValueOrDefault(l.Key) == l.Value))
            {
                found = true;
                sum += series.Value;
            }
        }

        return found ? Number(sum)
            : new Finding(null, named ? "it has no series with these labels" : Unknown(text));
    }

    private static Finding Number(double sum) =>
        sum == Math.Floor(sum) && Math.Abs(sum) < 1L << 53 ? Finding.Of((long)sum)
        : double.IsFinite(sum) ? Finding.Of(sum)
        : new Finding(JsonSerializer.SerializeToElement($"{sum}"));

    private string Unknown(string text)
    {
        var nearest = NearestName.Of(Metric, MetricText.Read(text).Select(static s => s.Name).Distinct());
        return $"there is no such metric{(nearest is null ? "" : $"; did you mean {nearest}?")}";
    }
}
