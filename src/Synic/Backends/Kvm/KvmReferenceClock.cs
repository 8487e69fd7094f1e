using Synic.Emulation;
using Synic.Interop.Linux;

namespace Synic.Backends.Kvm;

/// <summary>
/// Reference time out of the TSC, by the very formula that the reference TSC page gives to the guest: both agree to
/// the last digit on every VP.
/// </summary>
internal sealed class KvmReferenceClock : IReferenceClock
{
    private const ulong UnitsPerSecond = 10_000_000;

    private readonly ulong _guestOffset;
    private readonly ulong _scale;
    private readonly long _timeOffset;

    /// <param name="frequency">Of the guest's TSC, in Hz.</param>
    /// <param name="guestOffset">Guest TSC minus host TSC.</param>
    public KvmReferenceClock(ulong frequency, ulong guestOffset)
    {
        TscFrequency = frequency;
        _guestOffset = guestOffset;
        _scale = (ulong)(((UInt128)UnitsPerSecond << 64) / frequency);
        _timeOffset = -(long)Scaled(GuestTsc); // reference time starts at 0
    }

    public ulong TscFrequency { get; }

    public ulong Now => (ulong)((long)Scaled(GuestTsc) + _timeOffset);

    private ulong GuestTsc => HostTsc.Read() + _guestOffset;

    public bool TryGetTscPage(out ulong scale, out long offset)
    {
        scale = _scale;
        offset = _timeOffset;
        return true;
    }

    /// <summary>A clock for this VP's TSC, or null when the TSC cannot be relied on here.</summary>
    public static KvmReferenceClock? TryCreate(KvmVcpu vcpu)
    {
        var frequency = vcpu.GetTscFrequency();
        return frequency != 0 && HostTsc.IsReliable() && vcpu.TryGetTscOffset(out var offset)
            ? new KvmReferenceClock(frequency, offset)
            : null;
    }

    private ulong Scaled(ulong tsc) => Math.BigMul(tsc, _scale, out _);
}
