using System.Buffers.Binary;
using Synic.Hv;

namespace Synic.Tests.Hypercalls;

public sealed class VpRegisterHypercallTests
{
    private const uint Unknown = 0x0001_0000;

    private static readonly VpIndex s_vp = new(1);

    private readonly HypercallBench _bench = new();

    [Theory]
    [InlineData(1UL, 0xFFFF_FFFEu, 0, 0x0D)]         // another partition
    [InlineData(0UL, 0xFFFF_FFFEu, 0, 0x0D)]
    [InlineData(ulong.MaxValue, 2u, 0, 0x0E)]         // no such VP
    [InlineData(ulong.MaxValue, 0xFFFF_FFFFu, 0, 0x0E)] // "any" is nobody in particular
    [InlineData(ulong.MaxValue, 1u, 0x20, 0x05)]      // reserved bits of HV_INPUT_VTL
    [InlineData(ulong.MaxValue, 1u, 0x80, 0x05)]
    [InlineData(ulong.MaxValue, 1u, 0x13, 0x05)]      // no such VTL
    [InlineData(ulong.MaxValue, 1u, 0x1F, 0x05)]
    [InlineData(ulong.MaxValue, 1u, 0x12, 0x06)]      // above the caller
    [InlineData(ulong.MaxValue, 1u, 0x11, 0x00)]
    [InlineData(ulong.MaxValue, 1u, 0x10, 0x00)]
    [InlineData(ulong.MaxValue, 0xFFFF_FFFEu, 0x02, 0x00)] // target not used: the caller's own
    public void Registers_TargetOfAVtl1Caller_IsChecked(ulong partition, uint vp, byte vtl, ushort expected)
    {
        _bench.WriteTarget(partition, vp, vtl);
        WriteNames(HvRegisterName.SControl);

        var get = Get(1, vtl: Vtl.Vtl1);
        var set = _bench.Slow(HypercallControl.Rep(HypercallCode.SetVpRegisters, 1), vtl: Vtl.Vtl1);

        Assert.Equal(new HvStatus(expected), get.Status);
        Assert.Equal(expected == 0 ? 1 : 0, get.RepsCompleted);
        Assert.Equal(new HypercallResult(new HvStatus(expected), expected == 0 ? 1 : 0), set);
    }

    [Fact]
    public void Get_OfTheTargetVtl_ReadsThatVtl()
    {
        _bench.Registers.Values[(Vtl.Vtl0, s_vp, HvRegisterName.SControl)] = 10;
        _bench.Registers.Values[(Vtl.Vtl1, s_vp, HvRegisterName.SControl)] = 11;
        WriteNames(HvRegisterName.SControl);

        _bench.WriteTarget(vtl: 0x10);
        Get(1, vtl: Vtl.Vtl1);
        var lower = Value(0);
        _bench.WriteTarget();
        Get(1, vtl: Vtl.Vtl1);

        Assert.Equal((UInt128)10, lower);
        Assert.Equal((UInt128)11, Value(0));
    }

    [Fact]
    public void Get_UnknownNameInTheMiddle_WritesWhatWasDoneAndSaysHowMuch()
    {
        _bench.Registers.Values[(Vtl.Vtl0, s_vp, HvRegisterName.Sint0)] = UInt128.MaxValue;
        _bench.Memory.TryWrite(new Gpa(HypercallBench.Output), Enumerable.Repeat((byte)7, 48).ToArray());
        _bench.WriteTarget();
        WriteNames(HvRegisterName.Sint0, Unknown, HvRegisterName.SControl);

        var result = Get(3);

        Assert.Equal(0x0000_0001_0000_0087UL, result.Value);
        Assert.Equal(UInt128.MaxValue, Value(0));
        Assert.All(_bench.Read(HypercallBench.Output + 16, 32), b => Assert.Equal(7, b));
    }

    [Fact]
    public void Get_FromARepStart_LeavesEarlierElementsAlone()
    {
        _bench.Registers.Values[(Vtl.Vtl0, s_vp, HvRegisterName.SControl)] = 5;
        _bench.Memory.TryWrite(new Gpa(HypercallBench.Output), Enumerable.Repeat((byte)7, 16).ToArray());
        _bench.WriteTarget();
        WriteNames(Unknown, HvRegisterName.SControl);

        var result = Get(2, start: 1);

        Assert.Equal(new HypercallResult(HvStatus.Success, 2), result);
        Assert.All(_bench.Read(HypercallBench.Output, 16), b => Assert.Equal(7, b));
        Assert.Equal((UInt128)5, Value(1));
    }

    [Theory]
    [InlineData(HypercallCode.GetVpRegisters, 256, 0x00)]  // the output fills its page
    [InlineData(HypercallCode.GetVpRegisters, 257, 0x03)]
    [InlineData(HypercallCode.GetVpRegisters, 4095, 0x03)]
    [InlineData(HypercallCode.SetVpRegisters, 127, 0x00)]  // the input nearly does
    [InlineData(HypercallCode.SetVpRegisters, 128, 0x03)]
    [InlineData(HypercallCode.SetVpRegisters, 4095, 0x03)]
    public void Registers_LongList_IsTakenWhileItLiesInOnePage(ushort code, int count, ushort expected)
    {
        _bench.Memory.TryWrite(new Gpa(HypercallBench.Input), NamesEverywhere());
        _bench.WriteTarget();

        var result = _bench.Slow(HypercallControl.Rep(code, count));

        Assert.Equal(new HvStatus(expected), result.Status);
        Assert.Equal(expected == 0 ? count : 0, result.RepsCompleted);
    }

    [Fact]
    public void Get_OutputBehindMemory_IsRefused()
    {
        _bench.WriteTarget();
        WriteNames(HvRegisterName.SControl);

        var result = _bench.Slow(
            HypercallControl.Rep(HypercallCode.GetVpRegisters, 1), HypercallBench.Input, HypercallBench.MemorySize);

        Assert.Equal(new HypercallResult(HvStatus.InvalidHypercallInput), result);
    }

    [Fact]
    public void Get_InRegisters_AnswersInTheNextPair()
    {
        _bench.Registers.Values[(Vtl.Vtl0, s_vp, HvRegisterName.SControl)] = 5;
        var registers = new byte[112];
        registers.AsSpan(0, 8).Fill(0xFF);
        registers[8] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(registers.AsSpan(16), HvRegisterName.SControl);

        var result = _bench.Fast(HypercallControl.Rep(HypercallCode.GetVpRegisters, 1), registers, out var outputWritten);

        Assert.Equal(new HypercallResult(HvStatus.Success, 1), result);
        Assert.True(outputWritten);
        Assert.Equal(5, registers[32]);
    }

    [Fact]
    public void Get_InRegistersThatDoNotSuffice_IsRefused()
    {
        // Five names take three pairs with the head, their values five: one more than there are.
        var result = _bench.Fast(HypercallControl.Rep(HypercallCode.GetVpRegisters, 5), new byte[112]);

        Assert.Equal(HvStatus.InvalidHypercallInput, result.Status);
    }

    [Fact]
    public void Set_UnknownNameInTheMiddle_KeepsWhatWasSetBefore()
    {
        _bench.WriteTarget();
        WriteAssignment(0, HvRegisterName.SControl, (UInt128)1 << 64);
        WriteAssignment(1, Unknown, 2);
        WriteAssignment(2, HvRegisterName.Sint0, 3);

        var result = _bench.Slow(HypercallControl.Rep(HypercallCode.SetVpRegisters, 3));

        Assert.Equal(new HypercallResult(HvStatus.UnknownRegisterName, 1), result);
        var (key, value) = Assert.Single(_bench.Registers.Values);
        Assert.Equal((Vtl.Vtl0, s_vp, HvRegisterName.SControl), key);
        Assert.Equal((UInt128)1 << 64, value);
    }

    [Fact]
    public void Set_FromARepStart_SkipsTheEarlierOnes()
    {
        _bench.WriteTarget(vp: 0);
        WriteAssignment(0, HvRegisterName.SControl, 1);
        WriteAssignment(1, HvRegisterName.Sint0, 2);

        var result = _bench.Slow(HypercallControl.Rep(HypercallCode.SetVpRegisters, 2, 1));

        Assert.Equal(new HypercallResult(HvStatus.Success, 2), result);
        Assert.Equal((Vtl.Vtl0, new VpIndex(0), HvRegisterName.Sint0), Assert.Single(_bench.Registers.Values).Key);
    }

    private HypercallResult Get(int count, int start = 0, Vtl vtl = default) =>
        _bench.Slow(HypercallControl.Rep(HypercallCode.GetVpRegisters, count, start), vtl: vtl);

    private UInt128 Value(int index) =>
        BinaryPrimitives.ReadUInt128LittleEndian(_bench.Read(HypercallBench.Output + (16UL * (ulong)index), 16));

    private void WriteNames(params uint[] names)
    {
        for (var i = 0; i < names.Length; i++)
        {
            _bench.Memory.TryWriteUInt32(new Gpa(HypercallBench.Input + 16 + (4 * (ulong)i)), names[i]);
        }
    }

    private void WriteAssignment(int index, uint name, UInt128 value)
    {
        var bytes = new byte[32];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, name);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(16), value);
        _bench.Memory.TryWrite(new Gpa(HypercallBench.Input + 16 + (32 * (ulong)index)), bytes);
    }

    private static byte[] NamesEverywhere()
    {
        var page = new byte[Gpa.PageSize];
        for (var offset = 0; offset < page.Length; offset += 4)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(offset), HvRegisterName.SControl);
        }

        return page;
    }
}
