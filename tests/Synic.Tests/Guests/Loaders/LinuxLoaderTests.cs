using Synic.Backends;
using Synic.Guests.Loaders;

namespace Synic.Tests.Guests.Loaders;

public sealed class LinuxLoaderTests : IDisposable
{
    private const ulong Preferred = 0x40_0000;
    private const ulong Parameters = 0x7000;

    private readonly LoaderRig _rig = new();

    public void Dispose() => _rig.Dispose();

    /// <summary>One setup sector, then 512 bytes of 32-bit entry, then the 64-bit entry.</summary>
    internal static byte[] Image(byte[] code)
    {
        var setup = new byte[2 * 512];
        setup[0x1F1] = 1;                                // one sector after the boot sector
        return [.. setup
            .With(0x1FE, 0x55, 0xAA)
            .With(0x200, 0xEB, 0x6A)                     // a jump over the header: it ends at 0x26C
            .With(0x202, [.. "HdrS"u8])
            .With(0x206, 0x0F, 0x02)
            .With(0x211, 1)
            .With32(0x22C, 0x7FFF_FFFF)
            .With32(0x230, 0x20_0000)
            .With(0x236, 1)
            .With32(0x238, 2047)
            .With64(0x258, Preferred)
            .With32(0x260, 0x10_0000), .. new byte[512], .. code];
    }

    [Fact]
    public void Load_CutAnywhereInItsHeader_IsRefused()
    {
        var image = Image([0xF4]);
        for (var length = 1; length < image.Length; length += 7)
        {
            _rig.WhyNot(() => _rig.Linux(image[..length]));
        }
    }

    [Theory]
    [InlineData(0x202, 0, "is no Linux bzImage")]
    [InlineData(0x206, 0x0B, "without a 64-bit entry (boot protocol 2.11)")]
    [InlineData(0x236, 0, "without a 64-bit entry")]
    [InlineData(0x211, 0, "without a 64-bit entry")]         // a zImage
    [InlineData(0x1F1, 200, "ends within its setup code")]
    [InlineData(0x1F1, 0, "ends within its setup code")]     // 0 means four sectors
    [InlineData(0x25F, 0xFF, "guest memory ends")]           // the preferred address
    [InlineData(0x263, 0xFF, "guest memory ends")]           // the room it unpacks itself in
    [InlineData(0x25A, 0x02, "guest memory ends", 0x5D)]
    public void Load_HeaderByteWrong_SaysWhat(int offset, byte value, string problem, byte next = 0)
    {
        var image = Image([0xF4]).With(offset, next == 0 ? [value] : [value, next]);

        Assert.Contains(problem, _rig.WhyNot(() => _rig.Linux(image)), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Whole_IsEnteredInLongModeWithItsParameters()
    {
        var boot = _rig.Linux(Image([0x90, 0xF4]), null, "console=ttyS0 quiet").Boot;

        Assert.Equal(VpBootMode.LongMode, boot.Mode);
        Assert.Equal((Preferred + 0x200, Parameters), (boot.Rip, boot.Rsi));
        Assert.Equal((0x10, 0x18), (boot.CodeSelector, boot.DataSelector));
        Assert.Equal([0x90, 0xF4], _rig.Read(Preferred + 0x200, 2));
        Assert.Equal("console=ttyS0 quiet", _rig.Text(_rig.U32(Parameters + 0x228)));
        Assert.Equal(0xFF, _rig.Read(Parameters + 0x210, 1)[0]);
        Assert.Equal(0xE_0000ul, _rig.U64(Parameters + 0x70));
        Assert.Equal(4, _rig.Read(Parameters + 0x1E8, 1)[0]);
        Assert.Equal(Preferred, _rig.U64(Parameters + 0x258)); // the kernel's own header is passed on
        Assert.Equal(0u, _rig.U32(Parameters + 0x218));
    }

    [Fact]
    public void Load_Initrd_LiesHighAndBelowTheKernelsLimit()
    {
        var initrd = new byte[0x1801];
        initrd[^1] = 7;

        _rig.Linux(Image([0xF4]).With32(0x22C, 0x7F_FFFF), initrd);

        Assert.Equal(0x7F_E000u, _rig.U32(Parameters + 0x218));
        Assert.Equal(0x1801u, _rig.U32(Parameters + 0x21C));
        Assert.Equal(initrd, _rig.Read(0x7F_E000, initrd.Length));
    }

    [Theory]
    [InlineData(0x4F_FFFF, "overlaps the kernel")]
    [InlineData(0, "does not fit below")]
    public void Load_InitrdWithoutRoom_IsRefused(uint limit, string problem) => Assert.Contains(
        problem, _rig.WhyNot(() => _rig.Linux(Image([0xF4]).With32(0x22C, limit), new byte[0x1000])), StringComparison.Ordinal);

    [Fact]
    public void Load_SecondInitrd_IsRefusedWithOneLine()
    {
        var elf = TestElf.Build64(Preferred, new TestSegment(Preferred, [0xF4]));

        Assert.Contains("takes one initrd, not 2", _rig.WhyNot(() => _rig.LinuxWith(Image([0xF4]), "", [1], [2])), StringComparison.Ordinal);
        Assert.Contains("takes one initrd, not 3", _rig.WhyNot(() => _rig.PvhWith(elf, "", [1], [2], [3])), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_CommandLineBeyondTheKernelsLimit_IsRefused() => Assert.Contains(
        "2047 is the limit", _rig.WhyNot(() => _rig.Linux(Image([0xF4]), null, new string('x', 2048))), StringComparison.Ordinal);

    [Fact]
    public void Load_ElfKernel_GetsAHeaderOfTheLoadersOwn()
    {
        var image = TestElf.Build64(Preferred, new TestSegment(Preferred, [0xF4]));

        var boot = _rig.Pvh(image, new byte[0x1000], "quiet").Boot;

        Assert.Equal((Preferred, Parameters), (boot.Rip, boot.Rsi));
        Assert.Equal(0x5372_6448u, _rig.U32(Parameters + 0x202)); // "HdrS"
        Assert.Equal((16u << 20) - 0x1000, _rig.U32(Parameters + 0x218));
        Assert.Equal("quiet", _rig.Text(_rig.U32(Parameters + 0x228)));
        Assert.Equal(LoaderLayout.PageTables.Value + 0x1003, _rig.U64(LoaderLayout.PageTables.Value));
    }
}
