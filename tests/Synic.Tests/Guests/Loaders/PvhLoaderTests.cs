using Synic.Backends;
using Synic.Guests.Loaders;

namespace Synic.Tests.Guests.Loaders;

/// <summary>PVH entry notes, hostile ones first, and what is found at the entry.</summary>
public sealed class PvhLoaderTests : IDisposable
{
    private const uint Start = 0x20_0000;
    private const int NoteFields = TestElf.ProgramHeaders64 + 56; // of the second program header

    private static readonly byte[] s_note = TestElf.PvhNote(Start + 2);
    private static readonly byte[] s_good = Image64(s_note);

    private readonly LoaderRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(0, 0xFFFF_FFFF, "reaches beyond its segment")] // length of the name
    [InlineData(0, 5, "reaches beyond its segment")]
    [InlineData(4, 0xFFFF_FFFF, "reaches beyond its segment")] // of the content
    [InlineData(4, 5, "reaches beyond its segment")]
    [InlineData(4, 3, "has a PVH entry note of 3 bytes")]
    [InlineData(4, 0, "has a PVH entry note of 0 bytes")]
    [InlineData(16, Start - 1, "the PVH entry point 0x1fffff lies in none of its segments")]
    [InlineData(16, Start + 0x1000, "lies in none of its segments")]
    [InlineData(16, 0xFFFF_FFFF, "lies in none of its segments")]
    public void Load_NoteFieldWrong_SaysWhat(int offset, uint value, string problem) =>
        Assert.Contains(problem, _rig.WhyNot(() => _rig.PvhWith(Image64(s_note.With32(offset, value)), "")), StringComparison.Ordinal);

    [Theory]
    [InlineData(8, 0xFFFF_FFFF_FFFF_FFFF, "reaches beyond the end of the file")] // file offset
    [InlineData(32, 0xFFFF_FFFF_FFFF_FFFF, "0x10000 is the limit")]              // file length
    [InlineData(32, 0x1_0001, "is the limit")]
    [InlineData(32, 0x1_0000, "reaches beyond the end of the file")]
    [InlineData(32, 1, "ends a note segment within a note's header")]
    [InlineData(32, 11, "ends a note segment within a note's header")]
    [InlineData(32, 19, "reaches beyond its segment")]
    public void Load_NoteSegmentWrong_SaysWhat(int offset, ulong value, string problem) =>
        Assert.Contains(problem, _rig.WhyNot(() => _rig.PvhWith(s_good.With64(NoteFields + offset, value), "")), StringComparison.Ordinal);

    [Fact]
    public void Load_EntryAbove4GiB_IsRefused()
    {
        const ulong High = 0x1_0000_0000;
        var note = TestElf.Note("Xen", 18, BitConverter.GetBytes(High));
        var image = TestElf.Build64(High, new TestSegment(High, [0xF4]), TestSegment.Notes(note));

        Assert.Contains("0x100000000 is above 4 GiB", _rig.WhyNot(() => _rig.PvhWith(image, "")), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AnyNoteByteWrong_IsLoadedOrRefused()
    {
        var refused = 0;
        for (var offset = 0; offset < s_note.Length; offset++)
        {
            foreach (var value in (byte[])[0x00, 0x01, 0x7F, 0x80, 0xFF])
            {
                try
                {
                    _rig.PvhWith(Image64(s_note.With(offset, value)), "");
                }
                catch (Synic.Guests.GuestImageException)
                {
                    refused++;
                }
            }
        }

        Assert.InRange(refused, 20, 99);
    }

    [Fact]
    public void Load_HostileNoteOfAKernelFor64Bits_DoesNotMatterUnlessAskedFor()
    {
        var boot = _rig.PvhAuto(Image64(s_note.With32(4, uint.MaxValue))).Boot;

        Assert.Equal((VpBootMode.LongMode, (ulong)Start), (boot.Mode, boot.Rip));
    }

    [Fact]
    public void Load_32BitFileWithoutNote_IsRefused()
    {
        byte[] other = [.. TestElf.Note("GNU", 18, 0, 0, 0x20, 0), .. TestElf.Note("Xen", 6, 1), .. TestElf.Note("Xenia", 18, 0, 0, 0x20, 0)];

        Assert.Contains("nor a PVH entry note", _rig.WhyNot(() => _rig.PvhAuto(Image32(other))), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoteOf64BitKernel_IsUsedWhenAskedForOnly()
    {
        var found = _rig.PvhAuto(s_good).Boot;
        var boot = _rig.PvhWith(s_good, "").Boot;

        Assert.Equal((VpBootMode.LongMode, (ulong)Start), (found.Mode, found.Rip));
        Assert.Equal((VpBootMode.ProtectedMode, Start + 2ul, LoaderLayout.BootInfo.Value), (boot.Mode, boot.Rip, boot.Rbx));
        Assert.Equal((LoaderLayout.Code32Selector, LoaderLayout.DataSelector), (boot.CodeSelector, boot.DataSelector));
    }

    [Fact]
    public void Load_NoteBehindOthers_IsFound()
    {
        byte[] notes = [.. TestElf.Note("GNU", 1, 1, 2, 3), .. TestElf.Note("Xen", 6, [.. "linux\0"u8]), .. s_note];

        Assert.Equal(Start + 2ul, _rig.PvhAuto(Image32(notes)).Boot.Rip);
        Assert.Equal(Start + 2ul, _rig.PvhWith(Image64(TestElf.Note("Xen", 18, BitConverter.GetBytes(Start + 2ul))), "").Boot.Rip);
    }

    [Fact]
    public void Load_SegmentAlignedToEight_IsReadSo()
    {
        // Name at 12 to 16, content at 16 to 20, the next note at 24.
        byte[] notes = [.. TestElf.Note("GNU", 5, 1, 2, 3, 4), 0, 0, 0, 0, .. s_note];
        var image = TestElf.Build32(Start, Code(), TestSegment.Notes(notes) with { Alignment = 8 });

        Assert.Equal(Start + 2ul, _rig.PvhAuto(image).Boot.Rip);
    }

    [Fact]
    public void Load_StartInfo_IsByteForByteAsXenLaysItOut()
    {
        _rig.PvhWith(s_good, "quiet now", [.. "one"u8], new byte[0x1001]);

        var at = LoaderLayout.BootInfo.Value;
        Assert.Equal(
            [.. U32(0x336E_C578), .. U32(1), .. U32(0), .. U32(2), .. U64(at + 0x200), .. U64(LoaderLayout.CommandLine.Value),
                .. U64(0xE_0000), .. U64(at + 0x100), .. U32(4), .. U32(0)],
            _rig.Read(at, 56));
        Assert.Equal(
            [.. U64(0x20_1000), .. U64(3), .. U64(at + 0x800), .. U64(0), .. U64(0x20_2000), .. U64(0x1001), .. U64(at + 0x880), .. U64(0)],
            _rig.Read(at + 0x200, 64));
        Assert.Equal(
            [.. Range(0, 0x9_FC00, 1), .. Range(0x9_FC00, 0x400, 2), .. Range(0xE_0000, 0x2_0000, 2), .. Range(0x10_0000, 15 << 20, 1)],
            _rig.Read(at + 0x100, 96));
        Assert.Equal(("quiet now", "image1", "image2"), (_rig.Text(LoaderLayout.CommandLine.Value), _rig.Text(at + 0x800), _rig.Text(at + 0x880)));
        Assert.Equal([.. "one"u8], _rig.Read(0x20_1000, 3));
    }

    [Fact]
    public void Load_WithoutModules_ListIsNowhere()
    {
        _rig.PvhWith(s_good, "");

        Assert.Equal((0u, 0ul), (_rig.U32(LoaderLayout.BootInfo.Value + 12), _rig.U64(LoaderLayout.BootInfo.Value + 16)));
    }

    private static TestSegment Code() => new(Start, [0x90, 0x90, 0xF4]) { Length = 0x1000 };

    private static byte[] Image64(byte[] notes) => TestElf.Build64(Start, Code(), TestSegment.Notes(notes));

    private static byte[] Image32(byte[] notes) => TestElf.Build32(Start, Code(), TestSegment.Notes(notes));

    private static byte[] U32(uint value) => BitConverter.GetBytes(value);

    private static byte[] U64(ulong value) => BitConverter.GetBytes(value);

    private static byte[] Range(ulong start, ulong length, uint kind) => [.. U64(start), .. U64(length), .. U32(kind), .. U32(0)];
}
