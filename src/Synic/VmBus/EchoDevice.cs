namespace Synic.VmBus;

/// <summary>
/// A channel for experiments: sends every in-band packet back with its transaction id, followed by a completion if
/// the guest asked for one.
/// </summary>
internal sealed class EchoDevice : IVmBusChannelDevice
{
    /// <summary>Synic's own; no guest has a driver for it unless it was written for this channel.</summary>
    public static readonly Guid InterfaceId = new("6c1d35a4-8f0b-4e92-b6d7-20f7c93be51a");

    private long _echoed;
    private long _bytes;
    private long _completions;
    private long _ignored;
    private long _stalled;

    public VmBusOffer Offer { get; } = new("echo", InterfaceId, new Guid("1b9e40d2-53c7-4a6f-9d18-e4a0725f8c36"));

    public VmBusDeviceState State => new VmBusEchoState(
        Volatile.Read(ref _echoed), Volatile.Read(ref _bytes), Volatile.Read(ref _completions),
        Volatile.Read(ref _ignored), Volatile.Read(ref _stalled));

    public void Opened(IVmBusChannel channel)
    {
        Volatile.Write(ref _echoed, 0);
        Volatile.Write(ref _bytes, 0);
        Volatile.Write(ref _completions, 0);
        Volatile.Write(ref _ignored, 0);
        Volatile.Write(ref _stalled, 0);
    }

    public bool TryTakePacket(IVmBusChannel channel, RingPacket packet)
    {
        if (packet.Type != PacketType.InBand)
        {
            Volatile.Write(ref _ignored, _ignored + 1);
            return true;
        }

        // Both or neither, so that a stalled packet is not echoed twice.
        var completion = packet.CompletionRequested ? PacketDescriptor.TotalFor(0) : 0;
        if (!channel.TrySend(PacketType.InBand, packet.TransactionId, packet.Payload, completion))
        {
            Volatile.Write(ref _stalled, _stalled + 1);
            return false;
        }

        Volatile.Write(ref _echoed, _echoed + 1);
        Volatile.Write(ref _bytes, _bytes + packet.Payload.Length);
        if (packet.CompletionRequested && channel.TrySend(PacketType.Completion, packet.TransactionId, []))
        {
            Volatile.Write(ref _completions, _completions + 1);
        }

        return true;
    }

    public void Woken(IVmBusChannel channel)
    {
    }

    public void Closed()
    {
    }
}
