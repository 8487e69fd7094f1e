using System.Buffers.Binary;

namespace Synic.VmBus;

/// <summary>The heartbeat integration component: asks the guest at regular times whether it is still there.</summary>
internal sealed class HeartbeatDevice(TimeProvider time, TimeSpan period) : IVmBusChannelDevice
{
    private const int NegotiateSize = IntegrationMessage.BodyOffset + 24;
    private const int BeatSize = IntegrationMessage.BodyOffset + 16;

    private static readonly IntegrationVersion[] s_versions = [new(1, 0), new(3, 0)];

    private volatile IVmBusChannel? _channel; // the timer reads it
    private ITimer? _timer;
    private IntegrationVersion _framework;
    private IntegrationVersion _version;
    private ulong _transaction;
    private long _sentAt;
    private bool _outstanding;

    // Replaced as a whole by the callbacks, which never overlap; read by anyone.
    private volatile VmBusHeartbeatState _state = new() { Phase = VmBusHeartbeatPhase.Closed };

    public VmBusOffer Offer { get; } = new(
        "heartbeat", new Guid("57164f39-9115-4e78-ab55-382f3bd5422d"), new Guid("fd149e91-82e0-4a7d-afa6-2a4166cbd7c0"))
    {
        Flags = VmBusOfferFlags.NamedPipe,
        Pipe = VmBusPipe.Message,
    };

    public VmBusDeviceState State => _state;

    public void Opened(IVmBusChannel channel)
    {
        _channel = channel;
        _outstanding = false;
        _state = new VmBusHeartbeatState { Phase = VmBusHeartbeatPhase.Negotiating };
        Span<byte> message = stackalloc byte[NegotiateSize];
        IntegrationMessage.WriteHeader(message, IntegrationMessageType.Negotiate, default, default);
        var body = message[IntegrationMessage.BodyOffset..];
        body.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(body, (ushort)s_versions.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(body[2..], (ushort)s_versions.Length);
        for (var i = 0; i < s_versions.Length; i++)
        {
            IntegrationMessage.WriteVersion(body[(8 + (4 * i))..], s_versions[i]);
            IntegrationMessage.WriteVersion(body[(8 + (4 * (s_versions.Length + i)))..], s_versions[i]);
        }

        channel.TrySend(PacketType.InBand, ++_transaction, message);
    }

    public bool TryTakePacket(IVmBusChannel channel, RingPacket packet)
    {
        if (packet.Type != PacketType.InBand
            || !IntegrationMessage.TryReadResponse(packet.Payload, sizeof(ulong), out var type, out var body))
        {
            CountUnexpected();
            return true;
        }

        switch (type)
        {
            case IntegrationMessageType.Negotiate when _state.Phase == VmBusHeartbeatPhase.Negotiating:
                Agree(channel, body);
                break;
            case IntegrationMessageType.Heartbeat when _outstanding:
                TakeAnswer(BinaryPrimitives.ReadUInt64LittleEndian(body));
                break;
            default:
                CountUnexpected();
                break;
        }

        return true;
    }

    public void Woken(IVmBusChannel channel)
    {
        if (_state.Phase != VmBusHeartbeatPhase.Beating)
        {
            return;
        }

        if (_outstanding)
        {
            _state = _state with { Missed = _state.Missed + 1, MissedInARow = _state.MissedInARow + 1 };
        }

        Beat(channel);
    }

    public void Closed()
    {
        _timer?.Dispose();
        _timer = null;
        _channel = null;
        _state = _state with { Phase = VmBusHeartbeatPhase.Closed };
    }

    private void Agree(IVmBusChannel channel, ReadOnlySpan<byte> body)
    {
        // Counts of 1 and 1, then the two versions. Counts of 0 say that there is no common one.
        if (body.Length < 16 || BinaryPrimitives.ReadUInt16LittleEndian(body) != 1 || BinaryPrimitives.ReadUInt16LittleEndian(body[2..]) != 1
            || !s_versions.Contains(_framework = IntegrationMessage.ReadVersion(body[8..]))
            || !s_versions.Contains(_version = IntegrationMessage.ReadVersion(body[12..])))
        {
            _state = _state with { Phase = VmBusHeartbeatPhase.NoCommonVersion };
            return;
        }

        _state = _state with
        {
            Phase = VmBusHeartbeatPhase.Beating,
            FrameworkVersion = _framework.ToString(),
            MessageVersion = _version.ToString(),
        };
        _timer = time.CreateTimer(static device => ((HeartbeatDevice)device!)._channel?.Wake(), this, period, period);
        Beat(channel);
    }

    private void Beat(IVmBusChannel channel)
    {
        Span<byte> message = stackalloc byte[BeatSize];
        IntegrationMessage.WriteHeader(message, IntegrationMessageType.Heartbeat, _framework, _version);
        var body = message[IntegrationMessage.BodyOffset..];
        body.Clear();
        var sequence = _state.Sequence + 1;
        BinaryPrimitives.WriteUInt64LittleEndian(body, sequence);
        _sentAt = time.GetTimestamp();
        _outstanding = true; // also when there was no room for it: the guest does not read, and that is a missed beat
        _state = _state with { Sequence = sequence };
        channel.TrySend(PacketType.InBand, ++_transaction, message);
    }

    private void TakeAnswer(ulong sequence)
    {
        if (sequence != _state.Sequence + 1)
        {
            CountUnexpected();
            return;
        }

        _outstanding = false;
        _state = _state with
        {
            Answered = _state.Answered + 1,
            MissedInARow = 0,
            LastAnswer = time.GetUtcNow(),
            RoundTrip = time.GetElapsedTime(_sentAt),
        };
    }

    private void CountUnexpected() => _state = _state with { Unexpected = _state.Unexpected + 1 };
}
