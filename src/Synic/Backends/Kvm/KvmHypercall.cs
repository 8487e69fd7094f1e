using System.Buffers.Binary;
using Synic.Hv;
using Synic.Hypercalls;
using Synic.Interop.Linux;
using Synic.Ports;

namespace Synic.Backends.Kvm;

/// <summary>A hypercall that came as an exit of the hypercall page: from the VP's registers to the dispatcher and back.</summary>
internal static class KvmHypercall
{
    /// <returns>False when the access is not the hypercall page's, but some guest's own.</returns>
    public static bool TryHandle(KvmPartition partition, KvmVcpu vcpu, DispatchContext context, ExitCounters exits)
    {
        var port = vcpu.IoPort;
        ref var registers = ref vcpu.LoadRegisters();
        if (!HypercallGate.TryMatch(port, registers.rip, out var resume) || !partition.Synic.HypercallPageEnabled)
        {
            return false;
        }

        exits.Count(ExitReason.Hypercall);
        var longMode = partition.Gate.LongMode;
        var input = longMode ? registers.rdx : Pair(registers.rbx, registers.rcx);
        var output = longMode ? registers.r8 : Pair(registers.rdi, registers.rsi);
        Span<byte> fast = stackalloc byte[HypercallContext.GeneralRegisterBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(fast, input);
        BinaryPrimitives.WriteUInt64LittleEndian(fast[8..], output);
        var call = new HypercallContext
        {
            Control = new HypercallControl(longMode ? registers.rcx : Pair(registers.rdx, registers.rax)),
            InputGpa = input,
            OutputGpa = output,
            FastRegisters = fast,
            Vtl = Vtl.Vtl0,
            Dispatch = context,
        };
        var result = partition.Dispatcher.Dispatch(ref call).Value;
        if (longMode)
        {
            registers.rax = result;
        }
        else
        {
            registers.rax = (uint)result;
            registers.rdx = result >> 32;
        }

        if (port == HypercallGate.SignalPort)
        {
            registers.rip = resume; // past the XOR that stands for a signal which KVM took
        }

        vcpu.StoreRegisters();
        return true;
    }

    private static ulong Pair(ulong high, ulong low) => (high << 32) | (uint)low;
}
