using System.Buffers.Binary;
using Synic.Hv;

namespace Synic.Emulation;

/// <summary>The synthetic MSRs that all VPs share: identity, hypercall page, clocks, reset and crash.</summary>
internal sealed class PartitionMsrs
{
    private const ulong Locked = 2;
    private const ulong HypercallReserved = 0xFFC;
    private const ulong TscPageReserved = 0xFFE;
    private const uint TscSequence = 1;
    private const int CrashParameters = 5;

    // Guards the registers and both overlays. No callback runs under it.
    private readonly Lock _lock = new();
    private readonly SynicServices _services;
    private readonly OverlayPage _hypercallPage;
    private readonly OverlayPage _tscPage;
    private readonly ulong[] _crash = new ulong[CrashParameters];
    private ulong _guestOsId;

    public PartitionMsrs(SynicServices services)
    {
        _services = services;
        _hypercallPage = new OverlayPage(services.Memory, services.Overlays);
        _tscPage = new OverlayPage(services.Memory, services.Overlays);
    }

    public ulong GuestOsId => Volatile.Read(ref _guestOsId);

    public OverlayRegister Hypercall => _hypercallPage.Register;

    public bool TryRead(uint msr, out ulong value)
    {
        switch (msr)
        {
            case HvMsr.GuestOsId:
                value = GuestOsId;
                return true;
            case HvMsr.Hypercall:
                value = Hypercall.Value;
                return true;
            case HvMsr.Reset or HvMsr.GuestIdle:
                value = 0;
                return true;
            case HvMsr.VpRuntime or HvMsr.TimeRefCount: // Run time is not metered: a VP has run since the start.
                value = _services.Clock.Now;
                return true;
            case HvMsr.ReferenceTsc:
                value = _tscPage.Register.Value;
                return true;
            case HvMsr.TscFrequency:
                value = _services.Clock.TscFrequency;
                return value != 0;
            case HvMsr.ApicFrequency:
                value = _services.Options.ApicFrequency;
                return true;
            case >= HvMsr.CrashP0 and <= HvMsr.CrashP4:
                value = Volatile.Read(ref _crash[msr - HvMsr.CrashP0]);
                return true;
            case HvMsr.CrashControl:
                value = GuestCrash.NotifyBit | GuestCrash.MessageBit;
                return true;
            default:
                value = 0;
                return false;
        }
    }

    public bool TryWrite(Vtl vtl, VpIndex vp, uint msr, ulong value)
    {
        switch (msr)
        {
            case HvMsr.GuestOsId:
                WriteGuestOsId(value);
                return true;
            case HvMsr.Hypercall:
                return TryWriteHypercall(vtl, vp, value);
            case HvMsr.ReferenceTsc:
                return TryWriteReferenceTsc(value);
            case HvMsr.Reset:
                if ((value & 1) != 0)
                {
                    _services.Options.ResetRequested?.Invoke();
                }

                return true;
            case >= HvMsr.CrashP0 and <= HvMsr.CrashP4:
                Volatile.Write(ref _crash[msr - HvMsr.CrashP0], value);
                return true;
            case HvMsr.CrashControl:
                NotifyCrash(vtl, vp, value);
                return true;
            default:
                return false; // Also the read-only ones: run time, clocks, frequencies, idle.
        }
    }

    public void Reset()
    {
        lock (_lock)
        {
            _hypercallPage.Reset();
            _tscPage.Reset();
            Volatile.Write(ref _guestOsId, 0);
            Array.Clear(_crash);
        }
    }

    private static OverlayRegister Disabled(OverlayRegister register) => new(register.Value & ~1UL);

    private void WriteGuestOsId(ulong value)
    {
        lock (_lock)
        {
            Volatile.Write(ref _guestOsId, value);
            if (value == 0)
            {
                // TLFS: without an identity there are no hypercalls, not even through a locked page.
                _hypercallPage.TryWrite(Disabled(Hypercall));
            }
        }
    }

    private bool TryWriteHypercall(Vtl vtl, VpIndex vp, ulong value)
    {
        if ((value & HypercallReserved) != 0)
        {
            return false;
        }

        var requested = new OverlayRegister(value);
        if (GuestOsId == 0)
        {
            requested = Disabled(requested);
        }

        Span<byte> code = stackalloc byte[Gpa.PageSize];
        if (requested.Enabled)
        {
            code.Fill(0xCC);
            _services.Options.HypercallPage.Fill(vtl, vp, code);
        }

        lock (_lock)
        {
            if (_guestOsId == 0)
            {
                requested = Disabled(requested); // Another VP took the identity back meanwhile.
            }

            if ((Hypercall.Value & Locked) != 0 || !_hypercallPage.TryWrite(requested))
            {
                return false;
            }

            if (requested.Enabled)
            {
                _services.Memory.TryWrite(requested.Gpa, code);
            }

            return true;
        }
    }

    private bool TryWriteReferenceTsc(ulong value)
    {
        if ((value & TscPageReserved) != 0)
        {
            return false;
        }

        lock (_lock)
        {
            var requested = new OverlayRegister(value);
            if (!_tscPage.TryWrite(requested))
            {
                return false;
            }

            if (requested.Enabled)
            {
                FillTscPage(requested.Gpa);
            }

            return true;
        }
    }

    /// <summary>HV_REFERENCE_TSC_PAGE: sequence u32 at 0, scale u64 at 8, offset i64 at 16.</summary>
    private void FillTscPage(Gpa page)
    {
        // Sequence 0 tells a guest that reads meanwhile, or with a clock that promises nothing, to use the MSR.
        _services.Memory.TryWriteUInt32(page, 0);
        Interlocked.MemoryBarrier();
        Span<byte> rest = stackalloc byte[Gpa.PageSize - sizeof(uint)];
        rest.Clear();
        var valid = _services.Clock.TryGetTscPage(out var scale, out var offset);
        if (valid)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest[4..], scale);
            BinaryPrimitives.WriteInt64LittleEndian(rest[12..], offset);
        }

        _services.Memory.TryWrite(page + sizeof(uint), rest);
        if (valid)
        {
            _services.Memory.TryWriteUInt32(page, TscSequence);
        }
    }

    private void NotifyCrash(Vtl vtl, VpIndex vp, ulong value)
    {
        if ((value & GuestCrash.NotifyBit) != 0)
        {
            _services.Options.CrashNotified?.Invoke(
                new GuestCrash(vtl, vp, value, _crash[0], _crash[1], _crash[2], _crash[3], _crash[4]));
        }
    }
}
