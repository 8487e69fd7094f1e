using Iced.Intel;
using Synic.Backends.Kvm;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Tests.Backends.Kvm;

public sealed class HypercallGateTests
{
    private static readonly Gpa s_page = new(0x3000);

    private readonly GuestMemory _memory = new(0x10000);
    private bool _longMode = true;

    [Fact]
    public void Fill_NoFastPath_BeginsWithOutAndRet()
    {
        Assert.Equal(["out 7Eh,eax", "ret"], Decode(Fill(Gate()), 0, 2));
    }

    [Fact]
    public void CountFastPath_PageInPlace_SwitchesItUnderTheGuest()
    {
        var gate = Gate();
        _memory.TryWrite(s_page, Fill(gate));
        gate.SetPage(s_page);

        gate.CountFastPath(1);
        Assert.Equal("jmp short 0000000000000010h", Decode(Page(), 0, 1)[0]);
        Assert.Equal(
            ["cmp rcx,1005Dh", "jne short 0000000000000020h", "mov eax,edx", "out 7Fh,eax", "xor eax,eax", "ret", "out 7Eh,eax", "ret"],
            Decode(Page(), 16, 8));

        gate.CountFastPath(-1);
        Assert.Equal(["out 7Eh,eax", "ret"], Decode(Page(), 0, 2));
    }

    [Fact]
    public void Fill_CallerIn32BitMode_NeverGetsTheLongForm()
    {
        _longMode = false;
        var gate = Gate();
        gate.CountFastPath(1);

        Assert.Equal(["out 7Eh,eax", "ret"], Decode(Fill(gate), 0, 2));
        Assert.False(gate.LongMode);
    }

    [Theory]
    [InlineData(0x7E, 0x5000, true)]   // the kernel has not moved RIP
    [InlineData(0x7E, 0x5002, true)]   // or it has
    [InlineData(0x7E, 0x5020, true)]
    [InlineData(0x7E, 0x5022, true)]
    [InlineData(0x7F, 0x501B, true)]
    [InlineData(0x7F, 0x501D, true)]
    [InlineData(0x7E, 0x5001, false)]  // somewhere else in the guest
    [InlineData(0x7F, 0x5000, false)]
    [InlineData(0x7F, 0x5002, false)]
    public void TryMatch_ByPlaceWithinThePage_IsAHypercallOrNot(ushort port, ulong rip, bool expected)
    {
        Assert.Equal(expected, HypercallGate.TryMatch(port, rip, out var resume));
        Assert.Equal(0x5002UL, resume);
    }

    private HypercallGate Gate() => new(_memory, _ => _longMode);

    private static byte[] Fill(HypercallGate gate)
    {
        var page = new byte[Gpa.PageSize];
        gate.Fill(Vtl.Vtl0, new VpIndex(0), page);
        return page;
    }

    private byte[] Page()
    {
        var page = new byte[Gpa.PageSize];
        Assert.True(_memory.TryRead(s_page, page));
        return page;
    }

    private static string[] Decode(byte[] page, int offset, int count)
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(page, offset, page.Length - offset), (ulong)offset);
        var formatter = new NasmFormatter();
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var output = new StringOutput();
            formatter.Format(decoder.Decode(), output);
            return output.ToString();
        })];
    }
}
