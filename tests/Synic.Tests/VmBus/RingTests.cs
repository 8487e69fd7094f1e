using Synic.Hv;
using Synic.Memory;
using Synic.VmBus;

namespace Synic.Tests.VmBus;

/// <summary>The host's two ends of a ring, against the words that a guest writes.</summary>
public sealed class RingTests
{
    private const int Total = 16 + 8 + 8;

    private readonly GuestMemory _guest = new(16 * Gpa.PageSize);
    private readonly RingMemory _ring;

    public RingTests() => _ring = new RingMemory(_guest, new ulong[] { 4, 3 });

    [Fact]
    public void Send_IntoAnEmptyRing_SignalsUnlessMasked()
    {
        var ring = OutgoingRing.TryOpen(_ring)!;
        Assert.Equal(RingSendResult.SentAndSignal, Send(ring));
        Assert.Equal(RingSendResult.Sent, Send(ring)); // not empty: the guest is on it

        _ring.TryWriteControl(RingMemory.OutOffset, 2 * Total);
        _ring.TryWriteControl(RingMemory.MaskOffset, 1);
        Assert.Equal(RingSendResult.Sent, Send(ring));

        _ring.TryWriteControl(RingMemory.OutOffset, 3 * Total);
        _ring.TryWriteControl(RingMemory.MaskOffset, 0);
        Assert.Equal(RingSendResult.SentAndSignal, Send(ring));
    }

    [Fact]
    public void Send_NoRoom_SaysWhatItWaitsForUntilThereIs()
    {
        var ring = OutgoingRing.TryOpen(_ring)!;
        while (Send(ring) != RingSendResult.Full)
        {
        }

        Assert.Equal(127U * Total, ring.In); // never quite full: then full and empty would look the same
        Assert.Equal((uint)Total, Word(RingMemory.PendingSendOffset));
        _ring.TryWriteControl(RingMemory.OutOffset, Total);

        Assert.Equal(RingSendResult.Sent, Send(ring));
        Assert.Equal(0U, Word(RingMemory.PendingSendOffset));
    }

    [Fact]
    public void Send_LongerThanTheRing_IsTooLarge()
    {
        var ring = OutgoingRing.TryOpen(_ring)!;

        Assert.Equal(RingSendResult.TooLarge, Send(ring, new byte[4096 - 32]));
        Assert.Equal(RingSendResult.SentAndSignal, Send(ring, new byte[4096 - 40]));
    }

    [Fact]
    public void Open_TellsTheGuestWhatItHasToKnow()
    {
        Assert.NotNull(IncomingRing.TryOpen(_ring));
        Assert.Equal(1U, Word(RingMemory.MaskOffset));
        _ring.TryWriteControl(RingMemory.PendingSendOffset, 77);

        Assert.NotNull(OutgoingRing.TryOpen(_ring));
        Assert.Equal((0U, 1U), (Word(RingMemory.PendingSendOffset), Word(RingMemory.FeaturesOffset)));
    }

    [Theory]
    [InlineData(1U, 0U, false)]          // waits for nothing
    [InlineData(1U, 4032U, true)]        // more than before, no more than now
    [InlineData(0U, 4032U, false)]       // does not fill it in
    [InlineData(1U, 4035U, true)]        // the low bits mean nothing
    [InlineData(1U, 3000U, false)]       // had it already
    [InlineData(1U, 4088U, true)]        // the whole ring
    [InlineData(1U, 4096U, false)]       // never
    [InlineData(1U, 0xFFFFFFFFU, false)]
    public void Consume_GuestWaitsForRoom_SignalsWhenThisGaveIt(uint features, uint pending, bool signals)
    {
        var ring = IncomingRing.TryOpen(_ring)!;
        var writer = OutgoingRing.TryOpen(_ring)!; // the guest's part
        Send(writer, new byte[32]);
        Send(writer, new byte[32]);
        _ring.TryWriteControl(RingMemory.FeaturesOffset, features);
        _ring.TryWriteControl(RingMemory.PendingSendOffset, pending);
        Assert.True(ring.TryPeek(out _, out _));
        Assert.False(pending is not 4032 and not 4035 && ring.Consume());

        // Free: 3976 before the first, 4032 after it, 4088 after the second.
        if (pending is not 4032 and not 4035)
        {
            Assert.True(ring.TryPeek(out _, out _));
        }

        Assert.Equal(signals, ring.Consume());
    }

    [Fact]
    public void Peek_TwiceWithoutConsume_GivesTheSamePacketAgain()
    {
        var ring = IncomingRing.TryOpen(_ring)!;
        Send(OutgoingRing.TryOpen(_ring)!, [1, 2, 3, 4, 5, 6, 7, 8]);

        Assert.True(ring.TryPeek(out _, out _));
        Assert.True(ring.TryPeek(out var packet, out var fault));

        Assert.Null(fault);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], packet.Payload.ToArray());
        Assert.Equal(0U, Word(RingMemory.OutOffset));
    }

    [Fact]
    public void Out_WrittenByTheGuest_IsNotBelieved()
    {
        var ring = IncomingRing.TryOpen(_ring)!;
        Send(OutgoingRing.TryOpen(_ring)!, new byte[8]);

        _ring.TryWriteControl(RingMemory.OutOffset, 1234);

        Assert.True(ring.TryPeek(out _, out _));
        ring.Consume();
        Assert.Equal((uint)Total, Word(RingMemory.OutOffset));
    }

    private static RingSendResult Send(OutgoingRing ring, byte[]? payload = null)
    {
        payload ??= new byte[8];
        var descriptor = PacketDescriptor.For(PacketType.InBand, completionRequested: false, 1, payload.Length);
        return ring.TrySend(descriptor, payload, descriptor.TotalLength);
    }

    private uint Word(int offset)
    {
        Assert.True(_ring.TryReadControl(offset, out var value));
        return value;
    }
}
