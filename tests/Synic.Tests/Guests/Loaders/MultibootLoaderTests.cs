using Synic.Backends;
using Synic.Guests;
using Synic.Guests.Loaders;

namespace Synic.Tests.Guests.Loaders;

public sealed class MultibootLoaderTests : IDisposable
{
    private const uint Start = 0x20_0000;
    private const uint HasAddresses = 1 << 16;

    private static readonly byte[] s_code = [.. TestElf.MultibootHeader(), 0x90, 0xF4];
    private static readonly byte[] s_good = TestElf.Build32(Start + 12, new TestSegment(Start, s_code) { Length = 0x3000 });

    private readonly LoaderRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Load_CutAnywhere_IsRefusedWithOneLine()
    {
        for (var length = 1; length < s_good.Length; length++)
        {
            _rig.WhyNot(() => _rig.Multiboot(s_good[..length]));
        }
    }

    [Theory]
    [InlineData(8192 - 12, true)]
    [InlineData(8192 - 8, false)]   // its last word lies outside
    [InlineData(8192, false)]
    [InlineData(4098, false)]       // not on a multiple of four
    public void TryFind_HeaderFarIn_IsFoundWithinTheFirst8KiB(int offset, bool found)
    {
        byte[] image = [.. new byte[offset], .. TestElf.MultibootHeader(), 0, 0];

        Assert.Equal(found, MultibootHeader.TryFind(image, out var header));
        Assert.Equal(found ? offset : 0, header.Offset);
    }

    [Fact]
    public void TryFind_WrongChecksumFirst_FindsTheNextOne()
    {
        byte[] image = [.. TestElf.MultibootHeader().With(8, 1), .. TestElf.MultibootHeader(flags: 3)];

        Assert.True(MultibootHeader.TryFind(image, out var header));
        Assert.Equal((12, 3u), (header.Offset, header.Flags));
    }

    [Theory]
    [InlineData(1 << 2)] // a video mode
    [InlineData(1 << 15)]
    public void Load_FeatureThatNobodyHas_IsRefused(uint flag)
    {
        var image = TestElf.Build32(Start + 12, new TestSegment(Start, [.. TestElf.MultibootHeader(flag), 0xF4]));

        Assert.Contains($"flags 0x{flag:x}", _rig.WhyNot(() => _rig.Multiboot(image)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Start - 4, Start, 0, 0, Start, "does not fit the load address")]         // header before the load address
    [InlineData(Start + 8, Start, 0, 0, Start, "does not fit the load address")]         // before the file begins
    [InlineData(Start, Start, Start - 1, 0, Start, "before it begins")]
    [InlineData(Start, Start, 0xFFFF_FFFF, 0, Start, "guest memory ends")]
    [InlineData(Start, Start, Start + 0x1000, 0, Start, "reaches beyond the end of the file")]
    [InlineData(Start, Start, 0, Start + 8, Start, "before its loaded memory")]
    [InlineData(Start, Start, 0, 0xFFFF_FFFF, Start, "guest memory ends")]
    [InlineData(Start, Start, 0, 0, Start - 1, "lies outside of what is loaded")]
    [InlineData(Start, Start, 0, 0, Start + 0x1000, "lies outside of what is loaded")]
    [InlineData(0x7000, 0x7000, 0, 0, 0x7000, "overlaps the loader's tables")]
    public void Load_FlatImageWithHostileAddresses_SaysWhat(
        uint header, uint load, uint loadEnd, uint bssEnd, uint entry, string problem)
    {
        byte[] image = [.. TestElf.MultibootHeader(HasAddresses, header, load, loadEnd, bssEnd, entry), 0xF4];

        Assert.Contains(problem, _rig.WhyNot(() => _rig.Multiboot(image)), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FlatImage_IsPlacedByItsHeader()
    {
        byte[] prefix = [1, 2, 3, 4];
        byte[] image = [.. prefix, .. TestElf.MultibootHeader(HasAddresses, Start, Start - 4, 0, Start + 0x8000, Start + 32), 0x90, 0xF4];

        var boot = _rig.Multiboot(image).Boot;

        Assert.Equal(Start + 32, boot.Rip);
        Assert.Equal(image, _rig.Read(Start - 4, image.Length));
    }

    [Fact]
    public void Load_ElfImage_BeginsInProtectedModeWithTheMagicNumber()
    {
        var boot = _rig.Multiboot(s_good).Boot;

        Assert.Equal(VpBootMode.ProtectedMode, boot.Mode);
        Assert.Equal((Start + 12ul, 0x2BAD_B002ul, LoaderLayout.BootInfo.Value), (boot.Rip, boot.Rax, boot.Rbx));
        Assert.Equal(s_code, _rig.Read(Start, s_code.Length));
    }

    [Fact]
    public void Load_WithModuleAndCommandLine_InformationNamesBoth()
    {
        byte[] module = [.. "NR_CPUS=2\n"u8];

        _rig.Multiboot(s_good, module, "direct now");

        var information = LoaderLayout.BootInfo.Value;
        Assert.Equal(0x24Du, _rig.U32(information));
        Assert.Equal(639u, _rig.U32(information + 4));
        Assert.Equal(15u << 10, _rig.U32(information + 8)); // KiB above the first MiB
        Assert.EndsWith(" direct now", _rig.Text(_rig.U32(information + 16)), StringComparison.Ordinal);
        Assert.Equal(1u, _rig.U32(information + 20));
        var entry = _rig.U32(information + 24);
        Assert.Equal(0x20_3000u, _rig.U32(entry)); // the page behind the image's zeroed memory
        Assert.Equal(0x20_3000u + (uint)module.Length, _rig.U32(entry + 4));
        Assert.StartsWith("image", _rig.Text(_rig.U32(entry + 8)), StringComparison.Ordinal);
        Assert.Equal(module, _rig.Read(0x20_3000, module.Length));
    }

    [Fact]
    public void Load_SeventeenModules_IsRefused() => Assert.Contains(
        "comes with 17 modules; 16 is the limit",
        _rig.WhyNot(() => _rig.MultibootWith(s_good, "", [.. Enumerable.Repeat<byte[]>([1], 17)])), StringComparison.Ordinal);

    [Fact]
    public void Load_SecondModuleBeyondMemory_IsRefused() => Assert.Contains(
        "the module needs", _rig.WhyNot(() => _rig.MultibootWith(s_good, "", [1], new byte[14 << 20])), StringComparison.Ordinal);

    [Fact]
    public void Load_SixteenModules_EachHasItsPlaceAndName()
    {
        _rig.MultibootWith(s_good, "", [.. Enumerable.Range(1, 16).Select(static i => new byte[] { (byte)i, 0xAA })]);

        var information = LoaderLayout.BootInfo.Value;
        Assert.Equal(16u, _rig.U32(information + 20));
        Assert.Equal("synic", _rig.Text(_rig.U32(information + 64)));
        for (var i = 0UL; i < 16; i++)
        {
            var entry = _rig.U32(information + 24) + (i * 16);
            Assert.Equal((0x20_3000 + ((uint)i * 0x1000), 0x20_3002 + ((uint)i * 0x1000)), (_rig.U32(entry), _rig.U32(entry + 4)));
            Assert.Equal([(byte)(i + 1), 0xAA], _rig.Read(_rig.U32(entry), 2));
            Assert.Equal($"image{i + 1}", _rig.Text(_rig.U32(entry + 8)));
        }
    }

    [Fact]
    public void Load_MemoryMap_CoversLowAndHighMemory()
    {
        _rig.Multiboot(s_good);

        var information = LoaderLayout.BootInfo.Value;
        var map = _rig.U32(information + 48);
        Assert.Equal(4 * 24u, _rig.U32(information + 44));
        Assert.Equal(
            [(0, 0x9_FC00, 1), (0x9_FC00, 0x400, 2), (0xE_0000, 0x2_0000, 2), (0x10_0000, 15 << 20, 1)],
            Enumerable.Range(0, 4).Select(i => map + ((ulong)i * 24)).Select(
                at => ((int)_rig.U64(at + 4), (int)_rig.U64(at + 12), (int)_rig.U32(at + 20))));
        Assert.Equal(20u, _rig.U32(map));
    }

    [Theory]
    [InlineData(4096, "4095 is the limit")]
    [InlineData(1 << 20, "4095 is the limit")]
    public void Load_CommandLineTooLong_IsRefused(int length, string problem) =>
        Assert.Contains(problem, _rig.WhyNot(() => _rig.Multiboot(s_good, null, new string('x', length))), StringComparison.Ordinal);

    [Fact]
    public void Load_CommandLineWithZero_IsRefused() => _rig.WhyNot(() => _rig.Multiboot(s_good, null, "a\0b"));

    [Fact]
    public void Load_ModuleLargerThanMemory_IsRefused() =>
        Assert.Contains("the module needs", _rig.WhyNot(() => _rig.Multiboot(s_good, new byte[14 << 20])), StringComparison.Ordinal);

    [Fact]
    public void Detect_ByTheirFirstBytes_TellsTheKindsApart()
    {
        Assert.Equal(GuestFormat.Multiboot, _rig.Detect(s_good));
        Assert.Equal(GuestFormat.Pvh, _rig.Detect(TestElf.Build64(Start, new TestSegment(Start, [0xF4]))));
        Assert.Equal(GuestFormat.Linux, _rig.Detect(LinuxLoaderTests.Image([0xF4])));
        Assert.Contains("compressed by gzip", _rig.WhyNot(() => _rig.Detect([0x1F, 0x8B, 8, 0])), StringComparison.Ordinal);
        Assert.Contains("of no known kind", _rig.WhyNot(() => _rig.Detect([.. "#!/bin/sh\n"u8])), StringComparison.Ordinal);
    }
}
