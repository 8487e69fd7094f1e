using Synic.Diagnostics;
using Synic.Ports;

namespace Synic.Daemon.Partitions;

/// <summary>Rates of a partition and of each of its ports, from two readings of counters that only count up.</summary>
/// <remarks>Keyed by generation: a port that was replaced under the same connection id starts anew.</remarks>
internal sealed class PortSampler(SynicPortMap map, TimeProvider time)
{
    private readonly Lock _gate = new(); // guards every field below
    private readonly Dictionary<long, PortSample> _samples = [];
    private long _sampledAt;
    private uint _round;
    private int _fastPathPorts;
    private long _fastSignals;
    private Totals _totals;
    private TrafficRates _rates;

    /// <summary>As of the last sample.</summary>
    public int FastPathPorts
    {
        get
        {
            lock (_gate)
            {
                return _fastPathPorts;
            }
        }
    }

    /// <summary>Differs when the last sample did.</summary>
    public string Mark
    {
        get
        {
            lock (_gate)
            {
                return $"{_rates} {_fastPathPorts} {_fastSignals}";
            }
        }
    }

    public TrafficRates Rates
    {
        get
        {
            lock (_gate)
            {
                return _rates;
            }
        }
    }

    public bool TryGet(long generation, out PortSample sample)
    {
        lock (_gate)
        {
            return _samples.TryGetValue(generation, out sample);
        }
    }

    /// <summary>Reads all counters once.</summary>
    public void Sample()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var seconds = _round == 0 ? 0 : time.GetElapsedTime(_sampledAt, now).TotalSeconds;
            if (_round != 0 && seconds <= 0)
            {
                return;
            }

            _round++;
            _sampledAt = now;
            SampleTotals(seconds);
            SamplePorts(seconds, now);
        }
    }

    private void SampleTotals(double seconds)
    {
        var before = _totals;
        _totals = Totals.Read(map);
        if (seconds > 0)
        {
            _rates = new TrafficRates(
                (_totals.Posts - before.Posts) / seconds,
                (_totals.Signals - before.Signals) / seconds,
                (_totals.Failures - before.Failures) / seconds);
        }
    }

    private void SamplePorts(double seconds, long now)
    {
        var registrations = map.Snapshot();
        var fastPathPorts = 0;
        var fastSignals = 0L;
        foreach (var registration in registrations)
        {
            var statistics = registration.Statistics;
            var fast = registration.FastPathSignals ?? 0;
            var sample = new PortSample { Calls = statistics.Calls + fast, Failures = statistics.Failures, FastSignals = fast, Round = _round };
            if (_samples.TryGetValue(registration.Port.Generation, out var before))
            {
                sample.CallsPerSecond = (sample.Calls - before.Calls) / seconds;
                sample.FailuresPerSecond = (sample.Failures - before.Failures) / seconds;
                sample.FastPerSecond = (fast - before.FastSignals) / seconds;
                sample.FastActivity = fast != before.FastSignals ? now : before.FastActivity;
            }
            else if (fast > 0)
            {
                sample.FastActivity = now;
            }

            _samples[registration.Port.Generation] = sample;
            fastSignals += fast;
            fastPathPorts += registration.FastPathActive ? 1 : 0;
        }

        _fastPathPorts = fastPathPorts;
        _fastSignals = fastSignals;
        if (_samples.Count != registrations.Count)
        {
            foreach (var (generation, sample) in _samples)
            {
                if (sample.Round != _round)
                {
                    _samples.Remove(generation); // allowed while enumerating
                }
            }
        }
    }
}

/// <summary>One port's last reading.</summary>
internal record struct PortSample
{
    public long Calls;
    public long Failures;
    public long FastSignals;

    /// <summary>When the fast path was last seen to have signalled, in ticks of the time provider; 0 for never.</summary>
    public long FastActivity;

    /// <summary>Null before the second reading.</summary>
    public double? CallsPerSecond;
    public double? FailuresPerSecond;

    /// <summary>Of the calls: signalled by the hypervisor itself.</summary>
    public double FastPerSecond;
    public uint Round;
}

/// <summary>For each second, over the last sampling period.</summary>
internal readonly record struct TrafficRates(double Posts, double Signals, double Failures);

/// <summary>Posts and signals of a partition, departed ports included.</summary>
internal readonly record struct Totals(long Posts, long PostFailures, long Signals, long SignalFailures)
{
    public long Failures => PostFailures + SignalFailures;

    public static Totals Read(SynicPortMap map) => Read(map.Contexts.Select(static c => c.Counters));

    public static Totals Read(IEnumerable<DispatchCounters> all)
    {
        long posts = 0, postFailures = 0, signals = 0, signalFailures = 0;
        foreach (var counters in all)
        {
            for (var vtl = 0; vtl < Hv.Vtl.Count; vtl++)
            {
                posts += counters.PostCalls(new Hv.Vtl((byte)vtl));
                signals += counters.SignalCalls(new Hv.Vtl((byte)vtl), SignalPath.Hypercall)
                    + counters.SignalCalls(new Hv.Vtl((byte)vtl), SignalPath.Monitor);
            }

            for (var status = 0; status < FailureStatus.Count; status++)
            {
                postFailures += counters.PostFailures(status);
                signalFailures += counters.SignalFailures(status, SignalPath.Hypercall)
                    + counters.SignalFailures(status, SignalPath.Monitor);
            }
        }

        return new Totals(posts, postFailures, signals, signalFailures);
    }
}
