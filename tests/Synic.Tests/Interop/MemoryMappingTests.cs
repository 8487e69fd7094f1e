using Synic.Interop;

namespace Synic.Tests.Interop;

public sealed class MemoryMappingTests
{
    [Fact]
    public void Span_BeyondTheEnd_Throws()
    {
        var mapping = MemoryMapping.Allocate(4096);

        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Span(4096, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Span(4095, 2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Span(nuint.MaxValue, 2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Span(0, -1).Length);
    }

    [Fact]
    public void Allocate_OddLength_IsRoundedUpToPagesOfZeros()
    {
        var mapping = MemoryMapping.Allocate(5000);

        Assert.Equal((nuint)8192, mapping.Length);
        Assert.DoesNotContain(mapping.Span(0, 8192).ToArray(), static b => b != 0);
    }

    [Fact]
    public void Discard_WrittenMemory_ReadsAsZeros()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pages are given back on Linux only");
        var mapping = MemoryMapping.Allocate(4096);
        mapping.Span(100, 4).Fill(7);

        mapping.Discard();

        Assert.Equal(0, mapping.Span(100, 4)[0]);
        GC.KeepAlive(mapping);
    }
}
