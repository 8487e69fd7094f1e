using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using Synic.VmBus;

namespace Synic.Tests.VmBus;

public sealed class HeartbeatTests : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new();
    private readonly VmBusGuest _guest;

    public HeartbeatTests() => _guest = new VmBusGuest(new VmBusOptions { Echo = false, MonitorIds = false }, _time);

    private VmBusHeartbeatState State => Assert.IsType<VmBusHeartbeatState>(_guest.Server.Snapshot().Channels[0].Device);

    public void Dispose() => _guest.Dispose();

    [Fact]
    public void Opened_AsksForVersionsByteForByte()
    {
        var rings = _guest.OpenEcho();

        var packet = rings.Receive(_guest);

        Assert.Equal(
            Messages.Hex(
                "01000000 2c000000 00000000 0000 00000000 1800 00000000 00 03 0000"
                + "0200 0200 00000000 01000000 03000000 01000000 03000000 00000000"), // and padding
            packet.Payload);
        Assert.Equal((6, 0), (packet.Type, packet.Flags));
        Assert.Equal(VmBusHeartbeatPhase.Negotiating, State.Phase);
    }

    [Fact]
    public void TenBeats_OneOfThemMissed_AreAllAccountedFor()
    {
        var rings = OpenAndAgree();
        for (var beat = 1UL; beat <= 10; beat++)
        {
            var packet = rings.Receive(_guest);
            Assert.Equal(beat, Sequence(packet));
            if (beat != 4)
            {
                var answered = State.Answered;
                _time.Advance(TimeSpan.FromMilliseconds(5));
                Answer(rings, packet, beat + 1);
                VmBusGuest.Until(() => State.Answered == answered + 1);
                Assert.Equal(0, State.MissedInARow);
            }

            _time.Advance(s_period);
        }

        Assert.Equal(11UL, Sequence(rings.Receive(_guest)));
        var state = State;
        Assert.Equal((9, 1, 0), (state.Answered, state.Missed, state.Unexpected));
        Assert.Equal(("3.0", "3.0"), (state.FrameworkVersion, state.MessageVersion));
        Assert.Equal(TimeSpan.FromMilliseconds(5), state.RoundTrip);
        Assert.Equal(0, _guest.Server.Snapshot().RingFaults.Values.Sum());
    }

    [Fact]
    public void Beats_GuestSilent_AreMissedInARow()
    {
        var rings = OpenAndAgree();
        for (var beat = 1UL; beat <= 5; beat++)
        {
            Assert.Equal(beat, Sequence(rings.Receive(_guest)));
            _time.Advance(s_period);
        }

        Assert.Equal(6UL, Sequence(rings.Receive(_guest)));
        Assert.Equal((5, 5), (State.Missed, State.MissedInARow));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]  // not counted up
    [InlineData(3UL)]
    [InlineData(ulong.MaxValue)]
    public void Answer_WrongSequence_IsUnexpected(ulong sequence)
    {
        var rings = OpenAndAgree();

        Answer(rings, rings.Receive(_guest), sequence);

        VmBusGuest.Until(() => State.Unexpected == 1);
        Assert.Equal(0, State.Answered);
    }

    [Fact]
    public void Answer_Twice_CountsOnce()
    {
        var rings = OpenAndAgree();
        var packet = rings.Receive(_guest);

        Answer(rings, packet, 2);
        Answer(rings, packet, 2);

        VmBusGuest.Until(() => State.Unexpected == 1);
        Assert.Equal(1, State.Answered);
    }

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 1, 2, 3)] // versions that were not offered
    [InlineData(1, 1, 3, 2)]
    [InlineData(2, 1, 3, 3)]
    [InlineData(0xFFFF, 0xFFFF, 3, 3)]
    public void Negotiation_NoCommonVersion_SendsNoBeat(ushort frameworks, ushort messages, ushort framework, ushort message)
    {
        var rings = _guest.OpenEcho();

        Negotiate(rings, frameworks, messages, framework, message);

        VmBusGuest.Until(() => State.Phase == VmBusHeartbeatPhase.NoCommonVersion);
        _time.Advance(10 * s_period);
        Assert.Equal(0UL, State.Sequence);
        Assert.Null(rings.TryReceive());
    }

    [Theory]
    [InlineData(0, 0, 28)]   // not a pipe message
    [InlineData(12, 9, 52)]  // another component's
    [InlineData(25, 3, 52)]  // a request
    [InlineData(18, 0, 52)]  // without a body
    [InlineData(0, 1, 8)]    // only a pipe header
    public void Packet_ThatIsNoAnswer_IsUnexpected(int offset, byte value, int length)
    {
        var rings = _guest.OpenEcho();
        var message = rings.Receive(_guest).Payload[..length];
        if (message.Length > 25)
        {
            message[25] = 5;
        }

        message[offset] = value;
        if (rings.Send(message))
        {
            _guest.Signal(0x2001);
        }

        VmBusGuest.Until(() => State.Unexpected == 1);
        Assert.Equal(VmBusHeartbeatPhase.Negotiating, State.Phase);
    }

    [Fact]
    public async Task Closed_TimeGoesOn_NothingIsSentAndOpeningStartsAfresh()
    {
        var rings = OpenAndAgree();
        rings.Receive(_guest);
        _guest.Send(Messages.Make(7, 12, 1));
        await _guest.Server.DrainAsync();
        Assert.Equal(VmBusHeartbeatPhase.Closed, State.Phase);

        _time.Advance(5 * s_period);
        Assert.Null(rings.TryReceive());
        rings = new GuestRings(_guest.Partition.Memory, 1);
        Assert.Equal(0U, _guest.Open(1, 100, 2));

        Negotiate(rings, 1, 1, 1, 1);
        Assert.Equal(1UL, Sequence(rings.Receive(_guest)));
        Assert.Equal((0, 0, "1.0"), (State.Answered, State.Missed, State.MessageVersion));
    }

    private static ulong Sequence(GuestPacket packet) => BinaryPrimitives.ReadUInt64LittleEndian(packet.Payload.AsSpan(28));

    private GuestRings OpenAndAgree()
    {
        var rings = _guest.OpenEcho();
        Negotiate(rings, 1, 1, 3, 3);
        return rings;
    }

    /// <summary>Answers as Linux does: in the same buffer, the same length.</summary>
    private void Negotiate(GuestRings rings, ushort frameworks, ushort messages, ushort framework, ushort message)
    {
        var answer = rings.Receive(_guest).Payload;
        answer[25] = 5;
        answer[18] = 0x10;
        Put(28, frameworks);
        Put(30, messages);
        Put(36, framework);
        Put(40, message);
        if (rings.Send(answer))
        {
            _guest.Signal(0x2001);
        }

        void Put(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(answer.AsSpan(offset), value);
    }

    private void Answer(GuestRings rings, GuestPacket beat, ulong sequence)
    {
        var answer = (byte[])beat.Payload.Clone();
        answer[25] = 5;
        BinaryPrimitives.WriteUInt64LittleEndian(answer.AsSpan(28), sequence);
        if (rings.Send(answer))
        {
            _guest.Signal(0x2001);
        }
    }
}
