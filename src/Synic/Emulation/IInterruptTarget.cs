using Synic.Hv;

namespace Synic.Emulation;

/// <summary>Where the SynIC's interrupts go: the local APICs of a backend, or a recorder in a test.</summary>
/// <remarks>Called with no lock held, from any thread.</remarks>
public interface IInterruptTarget
{
    /// <summary>Raises a fixed, edge-triggered interrupt.</summary>
    /// <param name="vtl">The VTL whose SINT it is.</param>
    /// <param name="vp">The target.</param>
    /// <param name="vector">16 to 255.</param>
    /// <param name="autoEoi">The guest will not write EOI: the in-service bit has to be cleared for it.</param>
    void RequestInterrupt(Vtl vtl, VpIndex vp, byte vector, bool autoEoi);
}
