using System.Text.Json;
using Synic.Contracts.Filters;
using Synic.Daemon.Experiments.Checks;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Experiments;

/// <summary>What checks read of a running experiment: the API, and what the guest has printed and done from the beginning.</summary>
internal sealed class ExperimentTarget
{
    private readonly EventHub _hub;
    private readonly Dictionary<RowFilter<IEventFilterRow>, EventCount> _events = [];
    private long _stepBegan;

    /// <param name="host">The partition; its VPs do not run yet.</param>
    /// <param name="hub">Has its events.</param>
    /// <param name="api">Of its daemon.</param>
    /// <param name="experiment">Says what will be counted.</param>
    public ExperimentTarget(PartitionHost host, EventHub hub, ExperimentApi api, Experiment experiment)
    {
        _hub = hub;
        Host = host;
        Api = api;
        var checks = experiment.Checks.ToList();
        Serial = new SerialTranscript(host.Serial.Ring, [.. checks.OfType<SerialCheck>().Select(static c => c.Pattern)]);
        foreach (var check in checks.OfType<EventCheck>())
        {
            _events[check.Filter] = new EventCount(new EventReader(hub, [host.Events], 0, check.Filter, new EventView(hub, payloads: true)));
        }

        BeginStep();
    }

    public PartitionHost Host { get; }

    public ExperimentApi Api { get; }

    public SerialTranscript Serial { get; }

    public TimeSpan SinceStep => _hub.Time.GetElapsedTime(_stepBegan);

    public EventCount EventsOf(RowFilter<IEventFilterRow> filter)
    {
        _hub.Collect();
        return _events[filter];
    }

    public Task<(JsonElement? Answer, string? Refusal)> GetAsync(string path, CancellationToken cancellation) => Api.GetAsync(path, cancellation);

    public Task<string> MetricsAsync(CancellationToken cancellation) => Api.GetMetricsAsync(cancellation);

    public void BeginStep() => _stepBegan = _hub.Time.GetTimestamp();

    /// <summary>Takes what streams have for checks that are made later: their buffers are limited.</summary>
    public void Pump()
    {
        Serial.Pump();
        _hub.Collect();
        foreach (var count in _events.Values)
        {
            count.Pump();
        }
    }
}
