using System.Runtime.InteropServices;
using Synic.Hv;

namespace Synic.Interop.Linux;

/// <summary>Reads this machine's time stamp counter; .NET has no intrinsic for it.</summary>
internal static unsafe class HostTsc
{
    private static readonly delegate* unmanaged<ulong> s_read = Make();

    /// <summary>Whether the kernel itself keeps time by the TSC, so that it is constant and the same on all processors.</summary>
    internal static bool IsReliable()
    {
        const string Path = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
        return RuntimeInformation.ProcessArchitecture == Architecture.X64
            && File.Exists(Path) && File.ReadAllText(Path).Trim() == "tsc";
    }

    internal static ulong Read() => s_read();

    private static delegate* unmanaged<ulong> Make()
    {
        ReadOnlySpan<byte> code =
        [
            0x0F, 0x31,             // rdtsc
            0x48, 0xC1, 0xE2, 0x20, // shl rdx, 32
            0x48, 0x09, 0xD0,       // or rax, rdx
            0xC3,                   // ret
        ];
        var page = LibC.MapPrivate(Gpa.PageSize);
        code.CopyTo(new Span<byte>(page, Gpa.PageSize));
        // SAFETY: a page of our own, written before it becomes executable and never after; it is never freed.
        if (LibC.mprotect(page, Gpa.PageSize, LibC.PROT_READ | LibC.PROT_EXEC) != 0)
        {
            throw new HypervisorException(nameof(LibC.mprotect), Marshal.GetLastPInvokeError());
        }

        return (delegate* unmanaged<ulong>)page;
    }
}
