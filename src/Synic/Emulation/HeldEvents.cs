using Synic.Ports;

namespace Synic.Emulation;

/// <summary>Event flags for one SynIC that a fault rule delays; flags have no order among each other.</summary>
/// <remarks>The lock of the <see cref="ProcessorSynic"/> guards every member.</remarks>
internal sealed class HeldEvents
{
    /// <summary>Beyond them a flag is set at once.</summary>
    private const int Capacity = 256;

    private readonly List<HeldEvent> _events = [];

    public ulong Deadline { get; private set; } = SynicTimer.Never;

    public bool TryAdd(int sint, ushort flag, in FaultEffect effect, ulong now)
    {
        if (_events.Count == Capacity)
        {
            return false;
        }

        _events.Add(new HeldEvent(sint, flag, now + (ulong)Math.Max(0, effect.Delay), effect.Rule!));
        Deadline = Math.Min(Deadline, _events[^1].Due);
        return true;
    }

    /// <summary>Takes the first one out whose time has come or whose rule is over.</summary>
    public bool TryTake(ulong now, out HeldEvent taken)
    {
        taken = default;
        var at = _events.FindIndex(e => e.Due <= now || e.Rule.IsOver);
        if (at >= 0)
        {
            taken = _events[at];
            _events.RemoveAt(at);
        }

        Deadline = _events.Count == 0 ? SynicTimer.Never : _events.Min(static e => e.Due);
        return at >= 0;
    }

    public HeldEvent[] Clear()
    {
        HeldEvent[] all = [.. _events];
        _events.Clear();
        Deadline = SynicTimer.Never;
        return all;
    }
}

/// <summary>A flag that is held back.</summary>
/// <param name="Sint">Of the SynIC.</param>
/// <param name="Flag">Any.</param>
/// <param name="Due">Reference time.</param>
/// <param name="Rule">Who holds it.</param>
internal readonly record struct HeldEvent(int Sint, ushort Flag, ulong Due, InjectingRule Rule);
