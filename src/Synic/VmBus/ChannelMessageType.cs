namespace Synic.VmBus;

/// <summary>The types of channel messages, in both directions.</summary>
internal enum ChannelMessageType : uint
{
    OfferChannel = 1,
    RescindChannelOffer = 2,
    RequestOffers = 3,
    AllOffersDelivered = 4,
    OpenChannel = 5,
    OpenChannelResult = 6,
    CloseChannel = 7,
    GpadlHeader = 8,
    GpadlBody = 9,
    GpadlCreated = 10,
    GpadlTeardown = 11,
    GpadlTorndown = 12,
    RelIdReleased = 13,
    InitiateContact = 14,
    VersionResponse = 15,
    Unload = 16,
    UnloadResponse = 17,
    OpenReservedChannel = 18,
    CloseReservedChannel = 19,
    CloseReservedChannelResponse = 20,
    TlConnectRequest = 21,
    ModifyChannel = 22,
    TlConnectResult = 23,
    ModifyChannelResponse = 24,
    ModifyConnection = 25,
    ModifyConnectionResponse = 26,
    Pause = 27,
    PauseResponse = 28,
    Resume = 29,
}

/// <summary>What the protocol says about the messages of the guest.</summary>
internal static class ChannelMessageRules
{
    /// <summary>Type and padding.</summary>
    public const int HeaderSize = 8;

    /// <summary>Bytes without which a message means nothing; 0 for what a guest never sends.</summary>
    public static int MinimumSize(ChannelMessageType type) => type switch
    {
        ChannelMessageType.RequestOffers or ChannelMessageType.Unload => 8,
        ChannelMessageType.Pause or ChannelMessageType.Resume => 8,
        ChannelMessageType.CloseChannel or ChannelMessageType.RelIdReleased => 12,
        ChannelMessageType.GpadlTeardown or ChannelMessageType.ModifyChannel or ChannelMessageType.GpadlBody => 16,
        ChannelMessageType.GpadlHeader or ChannelMessageType.CloseReservedChannel => 20,
        ChannelMessageType.ModifyConnection => 24,
        ChannelMessageType.OpenReservedChannel => 28,
        ChannelMessageType.InitiateContact or ChannelMessageType.TlConnectRequest => 40,
        ChannelMessageType.OpenChannel => 148,
        _ => 0,
    };

    /// <summary>The first version that has the message.</summary>
    public static VmBusVersion Since(ChannelMessageType type) => type switch
    {
        ChannelMessageType.OpenReservedChannel or ChannelMessageType.CloseReservedChannel or ChannelMessageType.TlConnectRequest
            => VmBusVersion.V40,
        ChannelMessageType.ModifyChannel => VmBusVersion.V41,
        ChannelMessageType.ModifyConnection or ChannelMessageType.Pause or ChannelMessageType.Resume => VmBusVersion.V60,
        _ => VmBusVersion.V11,
    };

    public static bool IsKnown(ChannelMessageType type) => type is >= ChannelMessageType.OfferChannel and <= ChannelMessageType.Resume;
}
