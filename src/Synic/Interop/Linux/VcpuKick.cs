using System.Globalization;
using System.Runtime.InteropServices;
using Synic.Hv;

namespace Synic.Interop.Linux;

/// <summary>
/// Brings a VP's thread out of KVM_RUN: a real-time signal whose handler does nothing, together with immediate_exit,
/// which closes the gap between the check and the system call.
/// </summary>
/// <remarks>
/// The handler is the C library's own getpid: a leaf call that ignores its argument and runs no managed code. The signal is not SIGRTMIN,
/// which the .NET runtime uses to suspend its threads.
/// </remarks>
internal static unsafe class VcpuKick
{
    private const int SigactionSize = 152;
    private static readonly Lock s_gate = new(); // guards s_signal
    private static int s_signal;

    /// <summary>Installs the handler, once for the process, before the first VP's thread.</summary>
    internal static void Install()
    {
        lock (s_gate)
        {
            if (s_signal != 0)
            {
                return;
            }

            var signal = FindFreeSignal();
            var action = stackalloc byte[SigactionSize];
            new Span<byte>(action, SigactionSize).Clear(); // no flags, empty mask
            *(nint*)action = NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "getpid");
            // SAFETY: glibc's struct sigaction on x86-64 has 152 bytes, the handler first.
            if (LibC.sigaction(signal, action, null) != 0)
            {
                throw new HypervisorException(nameof(LibC.sigaction), Marshal.GetLastPInvokeError());
            }

            s_signal = signal;
        }
    }

    /// <summary>The calling thread's id, to be kicked by.</summary>
    internal static int CurrentThreadId() => LibC.gettid();

    /// <summary>Sends the signal. The target must still live: its id is withdrawn before its thread ends.</summary>
    internal static void Send(int threadId) => _ = LibC.tgkill(LibC.getpid(), threadId, s_signal);

    private static int FindFreeSignal()
    {
        var caught = File.ReadLines("/proc/self/status")
            .Where(static line => line.StartsWith("SigCgt:", StringComparison.Ordinal))
            .Select(static line => ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            .FirstOrDefault();
        var first = LibC.__libc_current_sigrtmin() + 4;
        for (var signal = first; signal <= 64; signal++)
        {
            if ((caught >> (signal - 1) & 1) == 0)
            {
                return signal;
            }
        }

        throw new HypervisorException("no real-time signal is free to interrupt VPs with");
    }
}
