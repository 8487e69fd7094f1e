using Microsoft.Extensions.Time.Testing;
using Synic.History;

namespace Synic.Tests.History;

public sealed class CallRingTests
{
    private int _wakes;
    private readonly CallTap _tap;

    public CallRingTests() => _tap = new CallTap(new FakeTimeProvider(), () => _wakes++);

    [Fact]
    public void Write_NobodyCollects_KeepsTheOldestAndCountsTheRest()
    {
        var ring = new CallRing(_tap, 0, records: 8, bytes: 64);

        for (uint i = 0; i < 11; i++)
        {
            Write(ring, i);
        }

        Assert.Equal((8, 3), (ring.Written, ring.Dropped));
        Assert.Equal(0u, ring.Peek().Connection);
    }

    [Fact]
    public void Write_HalfFull_WakesOnceUntilTheCollectionBegins()
    {
        var ring = new CallRing(_tap, 0, records: 8, bytes: 64);

        for (uint i = 0; i < 20; i++)
        {
            Write(ring, i);
        }

        Assert.Equal(1, _wakes);
        _tap.Sleep();
        Write(ring, 20);
        Assert.Equal(2, _wakes);
    }

    [Fact]
    public void Write_AfterRoomWasGivenBack_IsTakenAgain()
    {
        var ring = new CallRing(_tap, 0, records: 4, bytes: 64);
        for (uint i = 0; i < 5; i++)
        {
            Write(ring, i);
        }

        ring.Advance();
        Write(ring, 9);

        Assert.Equal((5, 1), (ring.Written, ring.Dropped));
        ring.Advance();
        ring.Advance();
        ring.Advance();
        Assert.Equal(9u, ring.Peek().Connection);
    }

    [Fact]
    public void Write_NoRoomForBytes_KeepsSizeAndHash()
    {
        var ring = new CallRing(_tap, 0, records: 8, bytes: 16);
        Write(ring, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        Write(ring, 1, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        ring.Advance();

        ref readonly var record = ref ring.Peek();

        Assert.Equal(CallFields.None, record.Fields & CallFields.Bytes);
        Assert.Equal(10, record.Size);
        Assert.Equal(Payloads.Hash([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), record.PayloadHash);
        Assert.Equal(0x04030201u, record.FirstWord);
        Assert.True(ring.PeekPayload().IsEmpty);
    }

    [Fact]
    public void Write_BytesAcrossTheEnd_StayInOnePiece()
    {
        var ring = new CallRing(_tap, 0, records: 8, bytes: 16);
        for (byte i = 1; i < 50; i++)
        {
            byte[] payload = [i, i, i, i, i, i, (byte)(i + 1)];
            Write(ring, i, payload);
            Assert.Equal(payload, ring.PeekPayload().ToArray());
            ring.Advance();
        }

        Assert.Equal(0, ring.Dropped);
    }

    [Fact]
    public void Hash_SamePayload_IsTheSameAndAnotherIsAnother()
    {
        string[] texts = ["hello, guest", "", "h", "hello, guesT", "hello, guest\0", "Hello, guest", "hello, guest hello, guest"];
        var hashes = texts.Select(static t => Payloads.Hash(System.Text.Encoding.UTF8.GetBytes(t))).ToList();

        Assert.Equal(texts.Length, hashes.Distinct().Count());
        Assert.DoesNotContain(0UL, hashes);
        Assert.Equal(hashes[0], Payloads.Hash("hello, guest"u8));
    }

    private static void Write(CallRing ring, uint connection, byte[]? payload = null)
    {
        var record = new CallRecord
        {
            Kind = CallKind.Post,
            Connection = connection,
            Size = (ushort)(payload?.Length ?? 0),
            Fields = payload is null ? CallFields.Connection : CallFields.Connection | CallFields.Payload,
        };
        ring.Write(ref record, payload);
    }
}
