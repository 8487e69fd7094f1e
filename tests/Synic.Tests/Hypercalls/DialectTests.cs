using Synic.Hv;

namespace Synic.Tests.Hypercalls;

/// <summary>The table of what each dialect answers where the sources differ, and where they agree.</summary>
public sealed class DialectTests
{
    private const ulong PageEnd = HypercallBench.Input + Gpa.PageSize;

    private static readonly HypercallControl s_post = HypercallControl.Simple(HypercallCode.PostMessage);
    private static readonly HypercallControl s_signal = HypercallControl.Simple(HypercallCode.SignalEvent);
    private static readonly HypercallControl s_fastSignal = HypercallControl.Simple(HypercallCode.SignalEvent, fast: true);

    private static readonly ulong s_event = HypercallBench.SignalInput(HypercallBench.EventConnection);

    // What the guest does; then what OpenVMM, the TLFS and QEMU answer.
    private static readonly (string Name, Func<HypercallBench, HvStatus> Call, ushort OpenVmm, ushort Tlfs, ushort Qemu)[] s_table =
    [
        ("unknown code", b => b.Slow(HypercallControl.Simple(0x7777)).Status, 0x02, 0x02, 0x02),
        ("unknown code with reserved bits", b => b.Slow(new(0x7777 | (1UL << 63))).Status, 0x02, 0x03, 0x03),
        ("code 0", b => b.Slow(new(0)).Status, 0x02, 0x02, 0x02),
        ("reserved bit 27", b => b.Fast(new(s_signal.Value | (1UL << 27)), Registers(s_event)).Status, 0x00, 0x03, 0x03),
        ("nested bit 31", b => b.Fast(new(s_signal.Value | (1UL << 31)), Registers(s_event)).Status, 0x00, 0x03, 0x03),
        ("reserved bit 44", b => b.Fast(new(s_signal.Value | (1UL << 44)), Registers(s_event)).Status, 0x00, 0x03, 0x03),
        ("reserved bit 60", b => b.Fast(new(s_signal.Value | (1UL << 60)), Registers(s_event)).Status, 0x00, 0x03, 0x03),
        ("rep count on a simple call", b => b.Slow(HypercallControl.Rep(HypercallCode.PostMessage, 1)).Status, 0x03, 0x03, 0x03),
        ("rep start on a simple call", b => b.Slow(HypercallControl.Rep(HypercallCode.PostMessage, 0, 1)).Status, 0x03, 0x03, 0x03),
        ("variable header", b => b.Slow(new(s_post.Value | (1UL << 17))).Status, 0x03, 0x03, 0x03),
        ("no rep on a rep call", b => b.Slow(HypercallControl.Simple(HypercallCode.GetVpRegisters)).Status, 0x03, 0x03, 0x03),
        ("rep start at count", b => b.Slow(HypercallControl.Rep(HypercallCode.GetVpRegisters, 2, 2)).Status, 0x03, 0x03, 0x03),
        ("rep start behind count", b => b.Slow(HypercallControl.Rep(HypercallCode.SetVpRegisters, 1, 4095)).Status, 0x03, 0x03, 0x03),

        ("post crosses a page", b => b.Post(HypercallBench.MessageConnection, gpa: PageEnd - 8), 0x03, 0x04, 0x00),
        ("post crosses a page, misaligned", b => b.Post(HypercallBench.MessageConnection, gpa: PageEnd - 9), 0x03, 0x04, 0x04),
        ("post misaligned", b => b.Post(HypercallBench.MessageConnection, gpa: HypercallBench.Input + 4), 0x04, 0x04, 0x04),
        ("post behind memory", b => b.Slow(s_post, HypercallBench.MemorySize).Status, 0x03, 0x03, 0x0B),
        ("post at the last page of all", b => b.Slow(s_post, ulong.MaxValue - 0xFFF).Status, 0x03, 0x03, 0x0B),
        ("post at the last byte of all", b => b.Slow(s_post, ulong.MaxValue).Status, 0x03, 0x04, 0x04),
        ("post in registers", b => b.Fast(s_post, new byte[112]).Status, 0x03, 0x03, 0x02),
        ("signal crosses a page", b => b.Slow(s_signal, PageEnd - 4).Status, 0x03, 0x04, 0x04),
        ("signal misaligned", b => b.Signal(s_event, gpa: HypercallBench.Input + 1), 0x04, 0x04, 0x04),
        ("signal behind memory", b => b.Slow(s_signal, HypercallBench.MemorySize).Status, 0x03, 0x03, 0x04),
        ("signal in no registers", b => b.Fast(s_signal, []).Status, 0x03, 0x03, 0x03),

        ("post", b => b.Post(HypercallBench.MessageConnection), 0x00, 0x00, 0x00),
        ("post of 240 bytes", b => b.Post(HypercallBench.MessageConnection, size: 240), 0x00, 0x00, 0x00),
        ("post of 241 bytes", b => b.Post(HypercallBench.MessageConnection, size: 241), 0x05, 0x05, 0x03),
        ("post of 4 GiB - 1", b => b.Post(HypercallBench.MessageConnection, size: uint.MaxValue), 0x05, 0x05, 0x03),
        ("post too long to nobody", b => b.Post(new(0x99), size: 241), 0x05, 0x05, 0x03),
        ("post of type 0", b => b.Post(HypercallBench.MessageConnection, type: 0), 0x00, 0x05, 0x00),
        ("post of the hypervisor's type", b => b.Post(HypercallBench.MessageConnection, type: 0x8000_0001), 0x00, 0x05, 0x00),
        ("post with its reserved word", b => b.Post(HypercallBench.MessageConnection, reserved: 1), 0x00, 0x05, 0x00),
        ("post to nobody", b => b.Post(new(0x99)), 0x12, 0x12, 0x12),
        ("post with the id's top byte", b => b.Post(new(0x0100_0010)), 0x12, 0x12, 0x00),
        ("post to an event port", b => b.Post(HypercallBench.EventConnection), 0x12, 0x11, 0x12),
        ("post below the minimum VTL", b => b.Post(HypercallBench.Vtl2Connection, vtl: Vtl.Vtl1), 0x08, 0x08, 0x08),
        ("post at the minimum VTL", b => b.Post(HypercallBench.Vtl2Connection, vtl: Vtl.Vtl2), 0x00, 0x00, 0x00),
        ("post to a full port", b => b.Post(HypercallBench.FullConnection), 0x13, 0x13, 0x13),

        ("signal", b => b.Signal(s_event), 0x00, 0x00, 0x00),
        ("signal in registers", b => b.Fast(s_fastSignal, Registers(s_event)).Status, 0x00, 0x00, 0x00),
        ("signal to nobody", b => b.Signal(0x99), 0x12, 0x12, 0x12),
        ("signal with the id's top byte", b => b.Signal(0x0100_0020), 0x12, 0x12, 0x03),
        ("signal to a message port", b => b.Signal(HypercallBench.SignalInput(HypercallBench.MessageConnection)), 0x12, 0x11, 0x12),
        ("signal of flag 2047", b => b.Signal(HypercallBench.SignalInput(HypercallBench.EventConnection, 2047)), 0x00, 0x00, 0x11),
        ("signal of flag 2048", b => b.Signal(HypercallBench.SignalInput(HypercallBench.EventConnection, 2048)), 0x00, 0x05, 0x11),
        ("signal with its reserved word", b => b.Signal(HypercallBench.SignalInput(HypercallBench.EventConnection, 0, 1)), 0x00, 0x05, 0x03),
        ("signal with flag and reserved", b => b.Signal(HypercallBench.SignalInput(HypercallBench.EventConnection, 1, 1)), 0x00, 0x05, 0x11),

        ("partition id", b => b.Slow(HypercallControl.Simple(HypercallCode.GetPartitionId)).Status, 0x06, 0x06, 0x06),
        ("long spin wait", b => b.Fast(HypercallControl.Simple(HypercallCode.NotifyLongSpinWait), Registers(9)).Status, 0x00, 0x00, 0x00),
        ("extended capabilities", b => b.Slow(HypercallControl.Simple(HypercallCode.ExtQueryCapabilities)).Status, 0x00, 0x00, 0x00),
    ];

    public static TheoryData<string, SynicDialect, ushort> Table()
    {
        var data = new TheoryData<string, SynicDialect, ushort>();
        foreach (var row in s_table)
        {
            data.Add(row.Name, SynicDialect.OpenVmm, row.OpenVmm);
            data.Add(row.Name, SynicDialect.Tlfs, row.Tlfs);
            data.Add(row.Name, SynicDialect.Qemu, row.Qemu);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Dispatch_CaseOfTheTable_AnswersInItsDialect(string name, SynicDialect dialect, ushort expected)
    {
        var bench = new HypercallBench(dialect);

        var status = s_table.Single(row => row.Name == name).Call(bench);

        Assert.Equal(new HvStatus(expected), status);
    }

    [Theory]
    [InlineData(SynicDialect.OpenVmm, "openvmm")]
    [InlineData(SynicDialect.Tlfs, "tlfs")]
    [InlineData(SynicDialect.Qemu, "qemu")]
    public void Name_OfEachDialect_IsReadBack(SynicDialect dialect, string name)
    {
        Assert.Equal(name, dialect.Name());
        Assert.True(SynicDialects.TryParse(name, out var parsed));
        Assert.Equal(dialect, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("OpenVmm")]
    [InlineData("")]
    public void TryParse_UnknownName_IsRefused(string? name) => Assert.False(SynicDialects.TryParse(name, out _));

    private static byte[] Registers(ulong rdx)
    {
        var registers = new byte[16];
        BitConverter.TryWriteBytes(registers, rdx);
        return registers;
    }
}
