namespace Synic.VmBus;

/// <summary>What a channel says about itself in its offer.</summary>
/// <param name="Name">For people.</param>
/// <param name="InterfaceId">What kind of device it is: a guest picks its driver by it.</param>
/// <param name="InstanceId">Which one of its kind.</param>
internal sealed record VmBusOffer(string Name, Guid InterfaceId, Guid InstanceId)
{
    public VmBusOfferFlags Flags { get; init; }

    /// <summary>How packets are framed when <see cref="VmBusOfferFlags.NamedPipe"/> is set.</summary>
    public VmBusPipe Pipe { get; init; }
}

[Flags]
internal enum VmBusOfferFlags : ushort
{
    None = 0,
    EnumerateInterface = 0x01,
    NamedPipe = 0x10,
}

/// <summary>The first word of an offer's user data.</summary>
internal enum VmBusPipe : uint
{
    None = 0,
    Message = 4,
}

/// <summary>A device behind a channel. All calls come one after the other, and none may block.</summary>
internal interface IVmBusChannelDevice
{
    VmBusOffer Offer { get; }

    /// <summary>The guest opened the channel and has been told so.</summary>
    void Opened(IVmBusChannel channel);

    /// <summary>Takes the next packet of the guest.</summary>
    /// <param name="channel">Where an answer goes.</param>
    /// <param name="packet">Gone when this returns.</param>
    /// <returns>False: not now. The packet stays in the ring, and comes again once there may be room for an answer.</returns>
    bool TryTakePacket(IVmBusChannel channel, RingPacket packet);

    /// <summary>Somebody called <see cref="IVmBusChannel.Wake"/>; the guest's packets so far were handed over.</summary>
    void Woken(IVmBusChannel channel);

    /// <summary>The channel is no longer served. Also after a fault; only after <see cref="Opened"/>.</summary>
    void Closed();

    /// <summary>What to show; any thread.</summary>
    VmBusDeviceState? State { get; }
}

/// <summary>An open channel as its device sees it; only inside the device's callbacks, except <see cref="Wake"/>.</summary>
internal interface IVmBusChannel
{
    /// <summary>Sends a packet, and signals the guest if it has to be.</summary>
    /// <param name="type">Of the packet.</param>
    /// <param name="transactionId">The guest sees it.</param>
    /// <param name="payload">Padded to 8 bytes.</param>
    /// <param name="reserve">Send only if this much more room is left (<see cref="PacketDescriptor.TotalFor"/>).</param>
    /// <returns>False: no room now, or the channel has failed.</returns>
    bool TrySend(PacketType type, ulong transactionId, ReadOnlySpan<byte> payload, uint reserve = 0);

    /// <summary>Has <see cref="IVmBusChannelDevice.Woken"/> called soon. Any thread, any time.</summary>
    void Wake();
}
