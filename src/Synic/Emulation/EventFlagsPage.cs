using System.Numerics;
using System.Runtime.InteropServices;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Emulation;

/// <summary>The event flags of a SIEFP page: sixteen areas of 2048 flags, flag f in bit f % 8 of byte f / 8.</summary>
/// <remarks>The lock of the <see cref="ProcessorSynic"/> keeps the page in place for what sets flags; the guest clears them meanwhile.</remarks>
internal sealed class EventFlagsPage(IGuestMemory memory, OverlayPage page)
{
    public const int FlagsPerSint = AreaBytes * 8;

    private const int AreaBytes = 256;

    /// <returns>False when the flag was set already. The page has to be enabled.</returns>
    public bool TrySet(int sint, ushort flag)
    {
        var bit = 1U << (flag % 32);
        memory.TryOrUInt32(Area(sint) + (ulong)(flag / 32 * sizeof(uint)), bit, out var previous);
        return (previous & bit) == 0;
    }

    /// <summary>For a picture, without the lock: a page that the guest moves meanwhile may be counted at either place.</summary>
    public int CountSet(int sint)
    {
        Span<byte> area = stackalloc byte[AreaBytes];
        var register = page.Register; // once: enabled and address belong together
        if (!register.Enabled || !memory.TryRead(register.Gpa + (ulong)(sint * AreaBytes), area))
        {
            return 0;
        }

        var count = 0;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(area))
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    private Gpa Area(int sint) => page.Gpa + (ulong)(sint * AreaBytes);
}
