using Synic.Hv;
using Synic.Memory;

namespace Synic.Tests.Memory;

public sealed class GuestMemoryTests
{
    private const ulong Size = 0x3000;

    private readonly GuestMemory _memory = new(Size);

    [Theory]
    [InlineData(0UL, 0x3000, true)]
    [InlineData(0UL, 0x3001, false)]
    [InlineData(0x2FFFUL, 1, true)]
    [InlineData(0x2FFFUL, 2, false)]
    [InlineData(0x3000UL, 0, true)]
    [InlineData(0x3000UL, 1, false)]
    [InlineData(0x3001UL, 0, false)]
    [InlineData(ulong.MaxValue, 1, false)]
    [InlineData(ulong.MaxValue, 2, false)] // the sum would wrap to 1
    [InlineData(ulong.MaxValue - 0xFFF, 0x2000, false)]
    [InlineData(0x8000_0000_0000_0000UL, 8, false)]
    public void Access_NearAnEdge_IsTakenOnlyWhenAllOfItIsInside(ulong gpa, int length, bool inside)
    {
        var bytes = Enumerable.Repeat((byte)7, length).ToArray();

        Assert.Equal(inside, _memory.Contains(new Gpa(gpa), (ulong)length));
        Assert.Equal(inside, _memory.TryWrite(new Gpa(gpa), bytes));
        var read = new byte[length];
        Assert.Equal(inside, _memory.TryRead(new Gpa(gpa), read));
        Assert.All(read, b => Assert.Equal(inside ? 7 : 0, b));
    }

    [Fact]
    public void Contains_LengthThatWraps_IsOutside()
    {
        Assert.False(_memory.Contains(new Gpa(1), ulong.MaxValue));
        Assert.False(_memory.Contains(new Gpa(ulong.MaxValue), ulong.MaxValue));
    }

    [Fact]
    public void TryWrite_AcrossTheEnd_WritesNothing()
    {
        Assert.False(_memory.TryWrite(new Gpa(Size - 2), [1, 2, 3]));

        var last = new byte[2];
        Assert.True(_memory.TryRead(new Gpa(Size - 2), last));
        Assert.Equal([0, 0], last);
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    [InlineData(0x2FFEUL)]
    [InlineData(0x3000UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 3)]
    public void Word_MisalignedOrOutside_IsRefused(ulong gpa)
    {
        Assert.False(_memory.TryReadUInt32(new Gpa(gpa), out var value));
        Assert.False(_memory.TryWriteUInt32(new Gpa(gpa), 1));
        Assert.False(_memory.TryOrUInt32(new Gpa(gpa), 1, out var previous));
        Assert.Equal((0u, 0u), (value, previous));
    }

    [Fact]
    public void Word_LastOfMemory_IsLittleEndian()
    {
        var gpa = new Gpa(Size - 4);

        Assert.True(_memory.TryWriteUInt32(gpa, 0x0102_0304));

        var bytes = new byte[4];
        _memory.TryRead(gpa, bytes);
        Assert.Equal([4, 3, 2, 1], bytes);
        Assert.True(_memory.TryReadUInt32(gpa, out var value));
        Assert.Equal(0x0102_0304u, value);
    }

    [Fact]
    public void TryOrUInt32_SomeBitsSetBefore_SaysWhichAndKeepsThem()
    {
        _memory.TryWriteUInt32(new Gpa(8), 0x8000_0001);

        Assert.True(_memory.TryOrUInt32(new Gpa(8), 0x0000_0003, out var previous));

        Assert.Equal(0x8000_0001u, previous);
        _memory.TryReadUInt32(new Gpa(8), out var value);
        Assert.Equal(0x8000_0003u, value);
    }

    [Fact]
    public async Task TryOrUInt32_FromManyThreads_LosesNoBit()
    {
        var workers = Enumerable.Range(0, 32).Select(bit => Task.Run(
            () => _memory.TryOrUInt32(new Gpa(0x1000), 1u << bit, out _), TestContext.Current.CancellationToken));

        await Task.WhenAll(workers);

        _memory.TryReadUInt32(new Gpa(0x1000), out var value);
        Assert.Equal(uint.MaxValue, value);
    }

    [Fact]
    public void Constructor_OddSize_IsRoundedUpToPages() => Assert.Equal(0x2000UL, new GuestMemory(0x1001).Size);

    [Fact]
    public void Constructor_NoBytes_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new GuestMemory(0));

    [Fact]
    public void Constructor_MoreThanThereIs_SaysSo()
    {
        Assert.Throws<HypervisorException>(() => new GuestMemory(1UL << 60));
        Assert.Throws<HypervisorException>(() => new GuestMemory(ulong.MaxValue));
    }

    [Fact]
    public void Discard_AfterTheEnd_ReadsAsZerosAndStaysUsable()
    {
        _memory.TryWrite(new Gpa(0x1000), [1, 2, 3]);

        _memory.Discard();

        var bytes = new byte[3];
        Assert.True(_memory.TryRead(new Gpa(0x1000), bytes));
        Assert.Equal([0, 0, 0], bytes);
    }
}
