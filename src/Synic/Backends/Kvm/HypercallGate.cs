using Synic.Emulation;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Backends.Kvm;

/// <summary>
/// The code of the hypercall page: it leaves the guest by port I/O, which every KVM gives to user mode, instead of by
/// VMCALL, which some rewrite or answer themselves. OUT with an immediate port changes no register.
/// </summary>
/// <remarks>
/// Two forms. Plain: <c>out 0x7E, eax; ret</c>. While a port has a fast path, the first two bytes become a jump to a
/// longer form that sends a fast HvSignalEvent as <c>out 0x7F, connection id</c>, which KVM can match by itself. Both
/// are in place all the time; four bytes written at once switch between them under the guest's feet.
/// Port 0x7E because KVM keeps RIP behind that OUT (KVM_X86_QUIRK_OUT_7E_INC_RIP).
/// </remarks>
internal sealed class HypercallGate(IGuestMemory memory, Func<VpIndex, bool> isLongMode) : IHypercallPageSource
{
    public const ushort CallPort = 0x7E;
    public const ushort SignalPort = 0x7F;

    private const uint Plain = 0xCC_C3_7E_E7;  // out 0x7E, eax; ret; int3
    private const uint Jump = 0xCC_C3_0E_EB;   // jmp +14 (to LongForm); ret; int3
    private const int ReturnOffset = 2;        // the ret of both
    private const int LongFormOffset = 16;

    private readonly Lock _gate = new(); // guards _page, _fastPaths
    private Gpa? _page;
    private int _fastPaths;

    private static ReadOnlySpan<byte> LongForm =>
    [
        0x48, 0x81, 0xF9, 0x5D, 0x00, 0x01, 0x00, // cmp rcx, 0x1005D (HvSignalEvent, fast)
        0x75, 0x07,                               // jne to the plain OUT
        0x89, 0xD0,                               // mov eax, edx (the connection id)
        0xE7, 0x7F,                               // out 0x7F, eax
        0x31, 0xC0,                               // xor eax, eax: taken by KVM, so HV_STATUS_SUCCESS
        0xC3,                                     // ret
        0xE7, 0x7E,                               // out 0x7E, eax
        0xC3,                                     // ret
    ];

    /// <summary>The guest that enabled the page was in 64-bit mode, so calls follow the 64-bit convention.</summary>
    public bool LongMode { get; private set; } = true;

    public void Fill(Vtl vtl, VpIndex vp, Span<byte> page)
    {
        lock (_gate)
        {
            LongMode = isLongMode(vp);
            page.Fill(0xCC);
            BitConverter.TryWriteBytes(page, _fastPaths > 0 && LongMode ? Jump : Plain);
            LongForm.CopyTo(page[LongFormOffset..]);
        }
    }

    /// <summary>The page is now there, or nowhere.</summary>
    public void SetPage(Gpa? page)
    {
        lock (_gate)
        {
            _page = page;
            Switch();
        }
    }

    /// <summary>A port got a fast path (+1), or lost it (-1).</summary>
    public void CountFastPath(int change)
    {
        lock (_gate)
        {
            _fastPaths += change;
            Switch();
        }
    }

    /// <summary>Whether an OUT to one of the two ports came from the page, by where it stands within its page.</summary>
    /// <param name="port">The port.</param>
    /// <param name="rip">At the OUT or, where KVM has moved on already, behind it.</param>
    /// <param name="resume">Where the guest goes on so that RAX reaches the caller as it is.</param>
    public static bool TryMatch(ushort port, ulong rip, out ulong resume)
    {
        var offset = (int)(rip & (Gpa.PageSize - 1));
        resume = (rip & ~(ulong)(Gpa.PageSize - 1)) + ReturnOffset;
        return port == CallPort
            ? offset is 0 or 2 or (LongFormOffset + 16) or (LongFormOffset + 18)
            : offset is (LongFormOffset + 11) or (LongFormOffset + 13);
    }

    private void Switch()
    {
        if (_page is { } page && LongMode)
        {
            memory.TryWriteUInt32(page, _fastPaths > 0 ? Jump : Plain);
        }
    }
}
