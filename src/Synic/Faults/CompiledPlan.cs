using Synic.Hv;
using Synic.Ports;

namespace Synic.Faults;

/// <summary>The rules that are armed, in the order in which they are asked.</summary>
internal sealed class CompiledPlan : FaultPlan
{
    private static readonly FaultOperation[] s_operations = Enum.GetValues<FaultOperation>();

    private readonly FaultKillSwitch _killSwitch;
    private readonly FaultCounters _counters;
    private readonly RuleRun[][] _byOperation;
    private readonly Action<PortRegistration>? _registered;

    /// <param name="runs">By priority and age.</param>
    /// <param name="killSwitch">Asked before any rule.</param>
    /// <param name="counters">The partition's.</param>
    /// <param name="registered">Told of each new port; null when no rule wants to know.</param>
    public CompiledPlan(
        IReadOnlyList<RuleRun> runs, FaultKillSwitch killSwitch, FaultCounters counters, Action<PortRegistration>? registered)
        : base(Filter(runs))
    {
        _killSwitch = killSwitch;
        _counters = counters;
        _registered = registered;
        _byOperation = [.. s_operations.Select(operation => runs.Where(r => r.Rule.Match.Has(operation)).ToArray())];
    }

    public override FaultEffect Decide(in FaultCall call)
    {
        var runs = _byOperation[(int)call.Operation];
        if (_killSwitch.IsEngaged)
        {
            if (runs.Length > 0)
            {
                _counters.CountSkipped(FaultOutcome.KillSwitch);
            }

            return default;
        }

        foreach (var run in runs)
        {
            if (run.TryFire(in call, out var effect))
            {
                return effect;
            }
        }

        return default;
    }

    public override void Registered(PortRegistration registration) => _registered?.Invoke(registration);

    private static byte[] Filter(IReadOnlyList<RuleRun> runs)
    {
        var filter = new byte[Places];
        foreach (var match in runs.Select(static r => r.Rule.Match))
        {
            var operations = (byte)match.Operations;
            if (match.Connections.Count == 0)
            {
                foreach (ref var place in filter.AsSpan())
                {
                    place |= operations;
                }
            }

            foreach (var range in match.Connections)
            {
                // A range as wide as the filter is in every place.
                for (ulong id = range.First; id <= Math.Min(range.Last, (ulong)range.First + Places - 1); id++)
                {
                    filter[PlaceOf(new ConnectionId((uint)id))] |= operations;
                }
            }
        }

        return filter;
    }
}
