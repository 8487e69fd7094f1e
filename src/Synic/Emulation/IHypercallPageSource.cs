using Synic.Hv;

namespace Synic.Emulation;

/// <summary>What a backend puts into the hypercall page.</summary>
public interface IHypercallPageSource
{
    /// <summary>Writes the code that makes a hypercall.</summary>
    /// <param name="vtl">Of the VP that enables the page.</param>
    /// <param name="vp">Runs on its thread, so that the code may depend on its mode. No lock is held.</param>
    /// <param name="page">4096 bytes of 0xCC (int3): what is left over traps.</param>
    void Fill(Vtl vtl, VpIndex vp, Span<byte> page);
}
