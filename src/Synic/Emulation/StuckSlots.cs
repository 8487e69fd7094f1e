using System.Runtime.CompilerServices;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Emulation;

/// <summary>Message slots that a fault rule keeps taken though the guest has emptied them, for so many writes of EOM.</summary>
/// <remarks>The lock of the <see cref="ProcessorSynic"/> guards every member.</remarks>
internal struct StuckSlots
{
    private Slots _slots;
    private int _stuck; // a bit for each SINT

    public void Set(int sint, in FaultEffect effect)
    {
        _slots[sint] = new StuckSlot { Rule = effect.Rule, Left = effect.Count };
        _stuck |= 1 << sint;
    }

    public bool IsStuck(int sint)
    {
        if ((_stuck & (1 << sint)) == 0)
        {
            return false;
        }

        ref var slot = ref _slots[sint];
        if (slot.Left > 0 && !slot.Rule!.IsOver)
        {
            return true;
        }

        _stuck &= ~(1 << sint);
        slot = default;
        return false;
    }

    /// <summary>The guest wrote EOM, and it had no effect on the stuck slots.</summary>
    public void CountEom()
    {
        for (var sint = 0; _stuck != 0 && sint < SintIndex.Count; sint++)
        {
            _slots[sint].Left--;
        }
    }

    public void Clear() => this = default;

    private struct StuckSlot
    {
        public InjectingRule? Rule;
        public int Left;
    }

    [InlineArray(SintIndex.Count)]
    private struct Slots
    {
        private StuckSlot _first;
    }
}
