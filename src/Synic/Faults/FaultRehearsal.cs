using Synic.Hv;
using Synic.Ports;

namespace Synic.Faults;

/// <summary>Asks a rule about calls that were made before: its own decisions, with the clock of those calls, and without any effect.</summary>
public sealed class FaultRehearsal
{
    private readonly Clock _clock;
    private readonly KnownPort _port = new();
    private readonly RuleRun _run;
    private readonly RuleTally _tally = new();

    /// <param name="rule">As if it were armed at <paramref name="start"/>.</param>
    /// <param name="time">What timestamps are ticks of.</param>
    /// <param name="start">When the first call may have been.</param>
    public FaultRehearsal(FaultRule rule, TimeProvider time, long start)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(time);
        _clock = new Clock(time.TimestampFrequency) { Now = start };
        var end = rule.Trigger.Within is { } window ? start + (long)(window.TotalSeconds * time.TimestampFrequency) : long.MaxValue;
        _run = new RuleRun(
            rule with { DryRun = true }, 0, _tally, end, new RunServices(_clock, _port, new FaultCounters(), static () => { }, static () => { }));
    }

    /// <summary>Calls that the rule means, also those behind its last hit.</summary>
    public long Matched { get; private set; }

    /// <summary>Calls that it would have hit.</summary>
    public long Hits => _tally.Hits;

    /// <summary>The next call, by time.</summary>
    /// <param name="call">As it was.</param>
    /// <param name="timestamp">When.</param>
    /// <param name="port">What was behind the connection; null: nothing.</param>
    public void Ask(in FaultCall call, long timestamp, (PortKind Kind, string Owner)? port)
    {
        _clock.Now = timestamp;
        _port.Port = port;
        Matched += _run.Rule.Match.Matches(in call, _port) ? 1 : 0;
        _run.TryFire(in call, out _);
    }

    private sealed class Clock(long frequency) : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => frequency;

        public override long GetTimestamp() => Now;
    }

    private sealed class KnownPort : IFaultPorts
    {
        public (PortKind Kind, string Owner)? Port { get; set; }

        public bool TryDescribe(ConnectionId connection, out PortKind kind, out string owner)
        {
            (kind, owner) = Port ?? (default, "");
            return Port is not null;
        }
    }
}
