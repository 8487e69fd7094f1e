using Synic.Ports;

namespace Synic.VmBus;

/// <summary>A channel between OPENCHANNEL and CLOSECHANNEL: its rings, its signals and the device that serves it.</summary>
internal sealed class OpenChannel : ChannelActor, IVmBusChannel
{
    // Packets for each run: then other channels have their turn.
    private const int Budget = 128;

    private readonly IVmBusChannelDevice _device;
    private readonly IncomingRing _incoming;
    private readonly OutgoingRing _outgoing;
    private readonly Action<VmBusRingFault, Exception?> _faulted;
    private PortHandle? _port;
    private bool _started;
    private bool _opened;
    private int _wakes;
    private int _fault = -1;
    private long _packetsIn;
    private long _packetsOut;
    private long _signalsIn;

    /// <param name="request">As the guest asked.</param>
    /// <param name="device">Serves it.</param>
    /// <param name="incoming">Guest to host.</param>
    /// <param name="outgoing">Host to guest.</param>
    /// <param name="signal">Owned.</param>
    /// <param name="faulted">Called once at most, on the thread that serves the channel, which is then no longer served.</param>
    public OpenChannel(
        OpenMessage request, IVmBusChannelDevice device, IncomingRing incoming, OutgoingRing outgoing, GuestSignal signal,
        Action<VmBusRingFault, Exception?> faulted)
    {
        Request = request;
        Signal = signal;
        _device = device;
        _incoming = incoming;
        _outgoing = outgoing;
        _faulted = faulted;
        Port = new SignalPort(this);
    }

    public OpenMessage Request { get; }

    public GuestSignal Signal { get; }

    public EventPort Port { get; }

    public VmBusRingFault? Fault => Volatile.Read(ref _fault) is >= 0 and var fault ? (VmBusRingFault)fault : null;

    /// <summary>Counters and indices as they are now; any thread.</summary>
    public VmBusOpenChannel Inspect() => new()
    {
        OpenId = Request.OpenId,
        RingGpadl = Request.RingGpadl,
        TargetVp = Signal.TargetVp == GuestSignal.InterruptsDisabled ? null : Signal.TargetVp,
        PacketsIn = Volatile.Read(ref _packetsIn),
        PacketsOut = Volatile.Read(ref _packetsOut),
        SignalsIn = Volatile.Read(ref _signalsIn),
        SignalsOut = Signal.Count,
        SignalsLost = Signal.Lost,
        Incoming = VmBusRing.Read(_incoming.Memory),
        Outgoing = VmBusRing.Read(_outgoing.Memory),
        Fault = Fault,
    };

    /// <summary>The port's handle, disposed when the channel closes.</summary>
    public void Own(PortHandle port) => _port = port;

    /// <summary>The guest has been told that the channel is open.</summary>
    public void Start()
    {
        Volatile.Write(ref _started, true);
        Schedule();
    }

    /// <summary>Ends everything; after that no callback of the port or the device runs.</summary>
    public async Task CloseAsync()
    {
        _port?.Dispose();
        await StopAsync().ConfigureAwait(false);
        if (_opened)
        {
            _opened = false;
            _device.Closed();
        }

        Signal.Dispose();
    }

    public void Wake()
    {
        Volatile.Write(ref _wakes, 1);
        Schedule();
    }

    public bool TrySend(PacketType type, ulong transactionId, ReadOnlySpan<byte> payload, uint reserve)
    {
        var descriptor = PacketDescriptor.For(type, completionRequested: false, transactionId, payload.Length);
        switch (_outgoing.TrySend(descriptor, payload, descriptor.TotalLength + reserve))
        {
            case RingSendResult.SentAndSignal:
                Volatile.Write(ref _packetsOut, _packetsOut + 1);
                Signal.Signal();
                return true;
            case RingSendResult.Sent:
                Volatile.Write(ref _packetsOut, _packetsOut + 1);
                return true;
            case RingSendResult.Corrupt:
                Fail(VmBusRingFault.InvalidIndex, null);
                return false;
            case RingSendResult.TooLarge:
                Fail(VmBusRingFault.PacketTooLarge, null); // the guest made its ring too small to be answered
                return false;
            default:
                return false;
        }
    }

    protected override void Run()
    {
        if (!Volatile.Read(ref _started) || Fault is not null)
        {
            return;
        }

        try
        {
            if (!_opened)
            {
                _opened = true;
                _device.Opened(this);
            }

            _incoming.SetMask(masked: true);
            var blocked = Drain();
            if (Interlocked.Exchange(ref _wakes, 0) != 0 && Fault is null)
            {
                _device.Woken(this);
            }

            _incoming.SetMask(masked: false);
            if (!blocked && Fault is null && _incoming.HasData)
            {
                Schedule(); // came in while signals were masked, or the budget was used up
            }
        }
        catch (Exception e)
        {
            Fail(VmBusRingFault.DeviceFailed, e);
        }
    }

    /// <returns>The device waits for room; the guest will signal.</returns>
    private bool Drain()
    {
        for (var i = 0; i < Budget && Fault is null; i++)
        {
            if (!_incoming.TryPeek(out var packet, out var fault))
            {
                if (fault is { } reason)
                {
                    Fail(reason, null);
                }

                return false;
            }

            if (!_device.TryTakePacket(this, packet))
            {
                return true;
            }

            Volatile.Write(ref _packetsIn, _packetsIn + 1);
            if (_incoming.Consume())
            {
                Signal.Signal();
            }
        }

        return false;
    }

    private void Fail(VmBusRingFault fault, Exception? exception)
    {
        if (Interlocked.CompareExchange(ref _fault, (int)fault, -1) == -1)
        {
            _faulted(fault, exception);
        }
    }

    private sealed class SignalPort(OpenChannel channel) : EventPort
    {
        protected internal override void HandleEvent(ushort flag)
        {
            Interlocked.Increment(ref channel._signalsIn);
            channel.Schedule();
        }
    }
}
