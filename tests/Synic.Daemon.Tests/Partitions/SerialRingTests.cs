using Microsoft.Extensions.Time.Testing;
using Synic.Contracts;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Tests.Partitions;

public sealed class SerialRingTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SerialRing _ring;

    public SerialRingTests() => _ring = new SerialRing(_time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void TryTake_EveryByte_IsLatin1()
    {
        for (var value = 0; value < 256; value++)
        {
            _ring.Write((byte)value);
        }

        var position = 0L;
        Assert.True(_ring.TryTake(ref position, out var chunk));

        Assert.Equal(Enumerable.Range(0, 256).Select(static v => (char)v), chunk.Text);
        Assert.Equal(256, position);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(3, 2)]
    [InlineData(5, 0)]
    public void TryTake_MoreThanIsKept_SaysHowMuchIsLost(long position, long lost)
    {
        Write(SerialRing.Capacity + 5);

        Assert.True(_ring.TryTake(ref position, out var chunk));

        Assert.Equal((5, lost, SerialRing.MaxChunk), (chunk.Offset, chunk.Lost, chunk.Text.Length));
        Assert.Equal(5 + SerialRing.MaxChunk, position);
    }

    [Fact]
    public void TryTake_OverTheEndOfTheRing_KeepsTheOrder()
    {
        Write(SerialRing.Capacity - 2);
        foreach (var value in "abcd"u8)
        {
            _ring.Write(value);
        }

        var position = (long)SerialRing.Capacity - 2;
        Assert.True(_ring.TryTake(ref position, out var chunk));

        Assert.Equal(new SerialChunk(SerialRing.Capacity - 2, "abcd", 0), chunk);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(long.MaxValue)]
    public void TryTake_PlaceThatWasNeverWritten_BeginsAnew(long position)
    {
        Write(1);

        Assert.True(_ring.TryTake(ref position, out var chunk));

        Assert.Equal((0, 0, 1), (chunk.Offset, chunk.Lost, position));
    }

    [Fact]
    public async Task WaitAsync_NothingInTime_IsFalse()
    {
        var wait = _ring.WaitAsync(0, TimeSpan.FromSeconds(15), Cancellation);

        _time.Advance(TimeSpan.FromSeconds(15));

        Assert.False(await wait);
    }

    [Fact]
    public async Task WaitAsync_Writes_WakeEveryReaderOnceGathered()
    {
        Task<bool>[] waits = [Wait(), Wait(), Wait()];

        Write(2);
        while (!Array.TrueForAll(waits, static w => w.IsCompleted))
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        Assert.All(await Task.WhenAll(waits), Assert.True);

        Task<bool> Wait() => _ring.WaitAsync(0, Timeout.InfiniteTimeSpan, Cancellation);
    }

    [Fact]
    public async Task WaitAsync_Cancelled_Ends()
    {
        using var leaving = new CancellationTokenSource();
        var wait = _ring.WaitAsync(0, Timeout.InfiniteTimeSpan, leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task ReadAsync_Ended_GivesTheRestAndEnds()
    {
        Write(SerialRing.MaxChunk + 1);
        _ring.End();

        var chunks = await _ring.ReadAsync(Cancellation).ToListAsync(Cancellation);

        Assert.Equal([(0, SerialRing.MaxChunk), (SerialRing.MaxChunk, 1)], chunks.Select(static c => (c.Offset, c.Text.Length)));
    }

    private void Write(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _ring.Write((byte)'x');
        }
    }
}
