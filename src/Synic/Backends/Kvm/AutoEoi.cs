using System.Numerics;
using Synic.Interop.Linux;

namespace Synic.Backends.Kvm;

/// <summary>
/// Ends interrupts for a guest that asked for auto-EOI although it is told not to: KVM's local APIC keeps such a vector
/// in service until somebody writes EOI, and holds the next ones back.
/// </summary>
/// <remarks>
/// Done by the VP's thread between two runs, by an EOI write where the APIC takes one from the host, otherwise by
/// clearing the bit in the register page (which can lose an interrupt that arrives within the same microseconds; only
/// for xAPIC guests with auto-EOI on a kernel without Hyper-V support).
/// </remarks>
internal sealed class AutoEoi(KvmVcpu vcpu)
{
    private const int IsrOffset = 0x100;
    private const int IrrOffset = 0x200;
    private const int VectorsPerRegister = 32;
    private const int RegisterStride = 0x10;

    private readonly uint[] _expected = new uint[256 / VectorsPerRegister];
    private int _any;

    /// <summary>A vector was raised that has to be ended here. Any thread.</summary>
    /// <returns>True when an earlier one has not been ended yet.</returns>
    public bool Expect(byte vector)
    {
        Interlocked.Or(ref _expected[vector / VectorsPerRegister], 1u << (vector % VectorsPerRegister));
        return Interlocked.Exchange(ref _any, 1) != 0;
    }

    /// <summary>Ends what is in service. On the VP's thread, outside the guest.</summary>
    public void Settle()
    {
        if (Volatile.Read(ref _any) == 0 || !vcpu.TryGetLapic(out var lapic))
        {
            return;
        }

        Interlocked.Exchange(ref _any, 0);
        var open = false;
        for (var i = 0; i < _expected.Length; i++)
        {
            var expected = Volatile.Read(ref _expected[i]);
            var inService = Register(lapic, IsrOffset, i) & expected;
            for (; inService != 0; inService &= inService - 1)
            {
                End((i * VectorsPerRegister) + BitOperations.TrailingZeroCount(inService), ref lapic);
            }

            var requested = Register(lapic, IrrOffset, i) & expected;
            Interlocked.And(ref _expected[i], requested);
            open |= requested != 0;
        }

        if (open)
        {
            Volatile.Write(ref _any, 1); // not delivered yet; look again after the next run
        }
    }

    private void End(int vector, ref kvm_lapic_state lapic)
    {
        if (HighestInService(lapic) == vector
            && (vcpu.TrySetMsr(KvmAbi.X2APIC_EOI, 0) || vcpu.TrySetMsr(Hv.HvMsr.Eoi, 0)))
        {
            vcpu.TryGetLapic(out lapic);
            return;
        }

        lapic[IsrOffset + (vector / VectorsPerRegister * RegisterStride) + (vector % VectorsPerRegister / 8)] &= (byte)~(1 << (vector % 8));
        vcpu.TrySetLapic(in lapic);
    }

    private static int HighestInService(in kvm_lapic_state lapic)
    {
        for (var i = (256 / VectorsPerRegister) - 1; i >= 0; i--)
        {
            if (Register(lapic, IsrOffset, i) is not 0 and var bits)
            {
                return (i * VectorsPerRegister) + BitOperations.Log2(bits);
            }
        }

        return -1;
    }

    private static uint Register(in kvm_lapic_state lapic, int offset, int index) =>
        BitConverter.ToUInt32(((ReadOnlySpan<byte>)lapic).Slice(offset + (index * RegisterStride), sizeof(uint)));
}
