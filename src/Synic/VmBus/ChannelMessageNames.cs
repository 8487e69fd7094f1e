namespace Synic.VmBus;

/// <summary>Channel messages by the names that the protocol's documents use.</summary>
public static class ChannelMessageNames
{
    private static readonly string[] s_names =
    [
        "OFFERCHANNEL", "RESCIND", "REQUESTOFFERS", "ALLOFFERS_DELIVERED", "OPENCHANNEL", "OPENCHANNEL_RESULT", "CLOSECHANNEL",
        "GPADL_HEADER", "GPADL_BODY", "GPADL_CREATED", "GPADL_TEARDOWN", "GPADL_TORNDOWN", "RELID_RELEASED", "INITIATE_CONTACT",
        "VERSION_RESPONSE", "UNLOAD", "UNLOAD_RESPONSE", "OPEN_RESERVED", "CLOSE_RESERVED", "CLOSE_RESERVED_RESPONSE",
        "TL_CONNECT_REQUEST", "MODIFYCHANNEL", "TL_CONNECT_RESULT", "MODIFYCHANNEL_RESPONSE", "MODIFY_CONNECTION",
        "MODIFY_CONNECTION_RESPONSE", "PAUSE", "PAUSE_RESPONSE", "RESUME",
    ];

    /// <summary>SynIC messages of this type carry channel messages.</summary>
    public const uint MessageType = Hv.HvMessage.TypeChannel;

    public static IReadOnlyList<string> All => s_names;

    /// <summary>Whether guests post channel messages there.</summary>
    public static bool IsWellKnown(uint connection) =>
        connection == WellKnownConnections.Messages.Value || connection == WellKnownConnections.MessagesSince5.Value;

    /// <summary>The name of a message.</summary>
    /// <param name="type">Its first four bytes.</param>
    /// <param name="size">Its length.</param>
    /// <param name="fromGuest">The direction; a message is only known in its own.</param>
    /// <returns>Null when there is no such message.</returns>
    public static string? Of(uint type, int size, bool fromGuest) =>
        size >= ChannelMessageRules.HeaderSize && ChannelMessageRules.IsKnown((ChannelMessageType)type)
        && ChannelMessageRules.MinimumSize((ChannelMessageType)type) > 0 == fromGuest
            ? s_names[type - 1]
            : null;
}
