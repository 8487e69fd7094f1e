using Synic.Hv;
using Synic.Interop;
using Synic.Interop.Linux;

namespace Synic.Backends.Kvm;

/// <summary>
/// The guest's RAM as KVM's memory slots: one, or three while a page in it traps writes (the monitor page). Slots
/// cannot be split in place, so for a moment there is no RAM: no VP may be in the guest meanwhile.
/// </summary>
internal sealed class KvmMemory
{
    private const uint Below = 0;
    private const uint Trapped = 1;
    private const uint Above = 2;

    private readonly KvmVm _vm;
    private readonly MemoryMapping _memory;
    private readonly bool[] _present = new bool[3];
    private Gpa? _trapped;

    public KvmMemory(KvmVm vm, MemoryMapping memory)
    {
        _vm = vm;
        _memory = memory;
        Set(Below, 0, memory.Length);
    }

    /// <summary>Makes the guest's writes to one page exit, instead of those to the page before.</summary>
    /// <param name="page">Page-aligned and in RAM; null for none. With the VPs paused.</param>
    public void Trap(Gpa? page)
    {
        if (page == _trapped)
        {
            return;
        }

        for (var slot = Below; slot <= Above; slot++)
        {
            Set(slot, 0, 0);
        }

        _trapped = page;
        if (page is not { } trapped)
        {
            Set(Below, 0, _memory.Length);
            return;
        }

        var start = (nuint)trapped.Value;
        Set(Below, 0, start);
        Set(Trapped, start, Gpa.PageSize, readOnly: true);
        Set(Above, start + Gpa.PageSize, _memory.Length - start - Gpa.PageSize);
    }

    // KVM refuses to take away what is not there; a page at either end of RAM leaves one slot empty.
    private void Set(uint slot, nuint start, nuint length, bool readOnly = false)
    {
        if (length != 0 || _present[slot])
        {
            _vm.SetMemory(slot, new Gpa(start), _memory, start, length, readOnly);
            _present[slot] = length != 0;
        }
    }
}
