using Synic.Emulation;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Tests.Emulation;

public sealed class OverlayPageTests
{
    private static readonly Gpa s_first = Gpa.FromPageNumber(1);
    private static readonly Gpa s_second = Gpa.FromPageNumber(2);

    private readonly GuestMemory _memory = new(4 * Gpa.PageSize);
    private readonly OverlayRegistry _registry = new();
    private readonly OverlayPage _page;

    public OverlayPageTests()
    {
        _page = new OverlayPage(_memory, _registry);
        FillRam(s_first, 0x11);
        FillRam(s_second, 0x22);
    }

    [Theory]
    [InlineData(4UL)]
    [InlineData(0xF_FFFF_FFFF_FFFFUL)]
    [InlineData(0x8_0000_0000_0000UL)]
    public void TryWrite_PageOutsideRam_RefusesAndKeepsTheRegister(ulong pageNumber)
    {
        Assert.True(Enable(s_first));

        Assert.False(Enable(new Gpa(pageNumber << Gpa.PageShift)));

        Assert.Equal(s_first.Value | 1, _page.Register.Value);
        Assert.Equal(0, ByteAt(s_first));
    }

    [Fact]
    public void TryWrite_LastPageOfRam_Accepts() => Assert.True(Enable(Gpa.FromPageNumber(3)));

    [Fact]
    public void TryWrite_PageOfAnotherOverlay_Refuses()
    {
        var other = new OverlayPage(_memory, _registry);
        Assert.True(other.TryWrite(new OverlayRegister(s_first.Value | 1)));

        Assert.False(Enable(s_first));
        Assert.False(_page.Enabled);
    }

    [Fact]
    public void TryWrite_PageThatAnotherOverlayLeft_FindsTheGuestsRamThere()
    {
        var other = new OverlayPage(_memory, _registry);
        Assert.True(other.TryWrite(new OverlayRegister(s_first.Value | 1)));
        Assert.True(other.TryWrite(new OverlayRegister(s_second.Value | 1)));

        Assert.True(Enable(s_first));
        Assert.True(Disable());

        Assert.Equal(0x11, ByteAt(s_first));
    }

    [Fact]
    public void TryWrite_FirstTime_ShowsZeros()
    {
        Assert.True(Enable(s_first));

        var bytes = new byte[Gpa.PageSize];
        Assert.True(_memory.TryRead(s_first, bytes));
        Assert.DoesNotContain(bytes, value => value != 0);
    }

    [Fact]
    public void TryWrite_Disabled_BringsTheRamBack()
    {
        Assert.True(Enable(s_first));
        FillRam(s_first, 0x99);

        Assert.True(Disable());

        Assert.Equal(0x11, ByteAt(s_first));
        Assert.Equal(0x11, ByteAt(s_first + (Gpa.PageSize - 1)));
    }

    [Fact]
    public void TryWrite_EnabledAgain_ShowsTheContentsFromBefore()
    {
        Assert.True(Enable(s_first));
        FillRam(s_first, 0x99);
        Assert.True(Disable());

        Assert.True(Enable(s_second));

        Assert.Equal(0x99, ByteAt(s_second));
    }

    [Fact]
    public void TryWrite_Moved_TakesTheContentsAlong()
    {
        Assert.True(Enable(s_first));
        FillRam(s_first, 0x99);

        Assert.True(Enable(s_second));

        Assert.Equal(0x11, ByteAt(s_first));
        Assert.Equal(0x99, ByteAt(s_second));
    }

    [Fact]
    public void TryWrite_SamePage_LeavesTheBytesAlone()
    {
        Assert.True(Enable(s_first));
        FillRam(s_first, 0x99);

        Assert.True(_page.TryWrite(new OverlayRegister(s_first.Value | 0x0A1)));

        Assert.Equal(0x99, ByteAt(s_first));
        Assert.Equal(s_first.Value | 0x0A1, _page.Register.Value);
    }

    [Fact]
    public void TryWrite_AfterARefusedMove_CanStillUseThePageThatWasRefused()
    {
        var other = new OverlayPage(_memory, _registry);
        Assert.True(other.TryWrite(new OverlayRegister(s_second.Value | 1)));
        Assert.True(Enable(s_first));
        Assert.False(Enable(s_second));

        Assert.True(other.TryWrite(default));
        Assert.True(Enable(s_second));

        Assert.Equal(0x11, ByteAt(s_first));
    }

    [Fact]
    public void Reset_Enabled_BringsTheRamBackAndForgetsTheContents()
    {
        Assert.True(Enable(s_first));
        FillRam(s_first, 0x99);

        _page.Reset();

        Assert.Equal(0x11, ByteAt(s_first));
        Assert.Equal(0UL, _page.Register.Value);
        Assert.True(Enable(s_first));
        Assert.Equal(0, ByteAt(s_first));
    }

    private bool Enable(Gpa gpa) => _page.TryWrite(new OverlayRegister(gpa.Value | 1));

    private bool Disable() => _page.TryWrite(default);

    private void FillRam(Gpa page, byte value) =>
        Assert.True(_memory.TryWrite(page, Enumerable.Repeat(value, Gpa.PageSize).ToArray()));

    private byte ByteAt(Gpa gpa)
    {
        Span<byte> value = stackalloc byte[1];
        Assert.True(_memory.TryRead(gpa, value));
        return value[0];
    }
}
