using Synic.Hv;
using Synic.Ports;

namespace Synic.Faults;

/// <summary>The rules that are armed, in the order in which they are asked.</summary>
internal sealed class CompiledPlan : FaultPlan
{
    /// <summary>A wider range is looked at wherever the call goes.</summary>
    private const uint MaxIndexed = 256;

    private readonly FaultKillSwitch _killSwitch;
    private readonly FaultCounters _counters;
    private readonly RuleRun[] _everywhere; // those that mean any connection or very many
    private readonly RuleRun[]?[] _byPlace; // with these, where there are others
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
        _everywhere = [.. runs.Where(static r => !IsIndexed(r))];
        _byPlace = Index(runs);
    }

    public override FaultEffect Decide(in FaultCall call)
    {
        if (_killSwitch.IsEngaged)
        {
            _counters.CountSkipped(FaultOutcome.KillSwitch);
            return default;
        }

        foreach (var run in _byPlace[PlaceOf(call.Connection)] ?? _everywhere)
        {
            if (run.TryFire(in call, out var effect))
            {
                return effect;
            }
        }

        return default;
    }

    public override void Registered(PortRegistration registration) => _registered?.Invoke(registration);

    private static bool IsIndexed(RuleRun run)
    {
        var ranges = run.Rule.Match.Connections;
        return ranges.Count > 0 && ranges.All(static r => r.Last - r.First < MaxIndexed);
    }

    // So that a call is not asked about all rules because one of them means a connection of the same place.
    private static RuleRun[]?[] Index(IReadOnlyList<RuleRun> runs)
    {
        var places = new HashSet<int>();
        foreach (var range in runs.Where(IsIndexed).SelectMany(static r => r.Rule.Match.Connections))
        {
            for (var id = (ulong)range.First; id <= range.Last; id++)
            {
                places.Add(PlaceOf(new ConnectionId((uint)id)));
            }
        }

        var index = new RuleRun[]?[Places];
        foreach (var place in places)
        {
            index[place] = [.. runs.Where(r => !IsIndexed(r) || r.Rule.Match.Connections.Any(range => HasPlace(range, place)))];
        }

        return index;
    }

    private static bool HasPlace(ConnectionRange range, int place) =>
        (((uint)place - range.First) & (Places - 1)) <= range.Last - range.First;

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
                for (var id = (ulong)range.First; id <= Math.Min(range.Last, (ulong)range.First + Places - 1); id++)
                {
                    filter[PlaceOf(new ConnectionId((uint)id))] |= operations;
                }
            }
        }

        return filter;
    }
}
