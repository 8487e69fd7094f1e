namespace Synic.Tests.Guests.Loaders;

/// <summary>Program headers, hostile ones first, by way of the loader of 64-bit kernels.</summary>
public sealed class ElfImageTests : IDisposable
{
    private const int Phdr = TestElf.ProgramHeaders64;
    private const ulong Start = 0x20_0000;

    private static readonly byte[] s_good = TestElf.Build64(Start, new TestSegment(Start, [0x90, 0xF4, 1, 2]) { Length = 0x1000 });

    private readonly LoaderRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Load_CutAnywhere_IsRefusedWithOneLine()
    {
        for (var length = 1; length < s_good.Length; length++)
        {
            _rig.WhyNot(() => _rig.Pvh(s_good[..length]));
        }

        Assert.Equal(Start, _rig.Pvh(s_good).Boot.Rip); // the whole is good, so it was the cut each time
    }

    [Fact]
    public void Load_AnyHeaderByteWrong_IsLoadedOrRefusedWithoutMuchMemory()
    {
        var limit = GC.GetAllocatedBytesForCurrentThread() + (300L << 20);
        var refused = 0;
        for (var offset = 0; offset < Phdr + 56; offset++)
        {
            foreach (var value in (byte[])[0x00, 0x01, 0x7F, 0x80, 0xFF])
            {
                try
                {
                    _rig.Pvh(s_good.With(offset, value));
                }
                catch (Synic.Guests.GuestImageException)
                {
                    refused++;
                }
            }
        }

        Assert.InRange(refused, 100, 500);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread(), 0, limit); // 600 loads, each a few buffers of 64 KiB at most
    }

    [Theory]
    [InlineData(4, 3, "unknown shape")]         // class
    [InlineData(5, 2, "unknown shape")]         // big endian
    [InlineData(16, 3, "no ELF executable")]    // shared object
    [InlineData(18, 183, "no ELF executable")]  // arm64
    [InlineData(18, 3, "is a 32-bit ELF")]      // 386 in a 64-bit file
    [InlineData(54, 32, "program headers of 32 bytes")]
    [InlineData(56, 200, "has 200 program headers")]
    [InlineData(56, 0, "nothing to load")]
    [InlineData(Phdr, 2, "nothing to load")]    // not PT_LOAD
    public void Load_HeaderByteWrong_SaysWhat(int offset, byte value, string problem) =>
        Assert.Contains(problem, _rig.WhyNot(() => _rig.Pvh(s_good.With(offset, value))), StringComparison.Ordinal);

    [Theory]
    [InlineData(32, 0xFFFF_FFFF_FFFF_FFF0, "the table of program headers")]
    [InlineData(32, 0x1000, "the table of program headers")]
    [InlineData(24, 0x1F_FFFF, "lies in none of its segments")]
    [InlineData(24, 0x20_1000, "lies in none of its segments")]
    [InlineData(24, 0xFFFF_FFFF_FFFF_FFFF, "lies in none of its segments")]
    [InlineData(Phdr + 8, 0xFFFF_FFFF_FFFF_FFFF, "reaches beyond the end of the file")]  // file offset
    [InlineData(Phdr + 32, 0xFFFF_FFFF_FFFF_FFFF, "more bytes in the file")]             // file length
    [InlineData(Phdr + 32, 0x800, "reaches beyond the end of the file")]
    [InlineData(Phdr + 40, 0xFFFF_FFFF_FFFF_FFFF, "reaches beyond the address space")]   // length in memory
    [InlineData(Phdr + 40, 0x4000_0000, "guest memory ends at 0x1000000")]
    [InlineData(Phdr + 40, 0, "more bytes in the file")]
    public void Load_FieldOutOfBounds_SaysWhat(int offset, ulong value, string problem) =>
        Assert.Contains(problem, _rig.WhyNot(() => _rig.Pvh(s_good.With64(offset, value))), StringComparison.Ordinal);

    [Theory]
    [InlineData(0x20_0800, "overlaps segment 0")]
    [InlineData(0x1F_F801, "overlaps segment 0")]
    [InlineData(0x7000, "overlaps the loader's tables")]
    [InlineData(0x9_F000, "overlaps the firmware's area")]
    [InlineData(0xFF_FFFF, "guest memory ends")]
    public void Load_SegmentOnSomethingElse_SaysOnWhat(ulong start, string problem)
    {
        var image = TestElf.Build64(
            Start, new TestSegment(Start, [0x90]) { Length = 0x1000 }, new TestSegment(start, [0x90]) { Length = 0x1000 });

        Assert.Contains(problem, _rig.WhyNot(() => _rig.Pvh(image)), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EmptySegmentAmongOthers_IsPassedOver()
    {
        var image = TestElf.Build64(Start, new TestSegment(0x7000, []), new TestSegment(Start, [0x90, 0xF4]));

        _rig.Pvh(image);

        Assert.Equal([0x90, 0xF4], _rig.Read(Start, 2));
    }

    [Fact]
    public void Load_EntryGivenAsVirtualAddress_BecomesPhysical()
    {
        const ulong Virtual = 0xFFFF_FFFF_8100_0000;
        var image = TestElf.Build64(Virtual + 1, new TestSegment(Start, [0x90, 0xF4]) { VirtualStart = Virtual });

        Assert.Equal(Start + 1, _rig.Pvh(image).Boot.Rip);
    }

    [Fact]
    public void Load_SegmentLargerThanTheCopyBuffer_ArrivesWhole()
    {
        var bytes = new byte[200_001];
        new Random(1).NextBytes(bytes);

        _rig.Pvh(TestElf.Build64(Start, new TestSegment(Start, bytes)));

        Assert.Equal(bytes, _rig.Read(Start, bytes.Length));
    }
}
