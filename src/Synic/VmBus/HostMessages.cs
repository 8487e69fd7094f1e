using System.Buffers.Binary;
using Synic.Hv;

namespace Synic.VmBus;

/// <summary>Lays out the messages that the host sends; every length is exact.</summary>
internal static class HostMessages
{
    /// <summary>E_UNEXPECTED, as OpenVMM has it; guests look only whether it is 0.</summary>
    public const uint Failure = 0x8000_FFFF;

    /// <summary>STATUS_CONNECTION_REFUSED.</summary>
    public const uint Refused = 0xC000_0236;

    public const byte ConnectionSuccessful = 0;

    public const byte ConnectionFailed = 2;

    private const int OfferSize = 196;

    public static byte[] VersionRefused() => Make(ChannelMessageType.VersionResponse, 16);

    /// <param name="state">Not 0: the version is known, but the contact failed.</param>
    /// <param name="selected">Since 5.0 the connection for messages, before it the version.</param>
    /// <param name="features">Null before 6.0.</param>
    public static byte[] VersionResponse(byte state, uint selected, VmBusFeatures? features)
    {
        var message = Make(ChannelMessageType.VersionResponse, features is null ? 16 : 20);
        message[8] = 1;
        message[9] = state;
        Put(message, 12, selected);
        if (features is { } agreed)
        {
            Put(message, 16, (uint)agreed);
        }

        return message;
    }

    public static byte[] Offer(uint channel, VmBusOffer offer, MonitorId monitor, ConnectionId connection)
    {
        var message = Make(ChannelMessageType.OfferChannel, OfferSize);
        offer.InterfaceId.TryWriteBytes(message.AsSpan(8));
        offer.InstanceId.TryWriteBytes(message.AsSpan(24));
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(56), (ushort)offer.Flags);
        Put(message, 60, (uint)offer.Pipe);
        Put(message, 184, channel);
        message[188] = monitor.Value;
        message[189] = monitor.IsValid ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(190), 1); // dedicated: a connection of its own
        Put(message, 192, connection.Value);
        return message;
    }

    public static byte[] AllOffersDelivered() => Make(ChannelMessageType.AllOffersDelivered, 8);

    public static byte[] Rescind(uint channel) => Make(ChannelMessageType.RescindChannelOffer, 12, channel);

    public static byte[] OpenResult(uint channel, uint openId, uint status) =>
        Make(ChannelMessageType.OpenChannelResult, 20, channel, openId, status);

    public static byte[] GpadlCreated(uint channel, uint gpadl, uint status) =>
        Make(ChannelMessageType.GpadlCreated, 20, channel, gpadl, status);

    public static byte[] GpadlTorndown(uint gpadl) => Make(ChannelMessageType.GpadlTorndown, 12, gpadl);

    public static byte[] UnloadResponse() => Make(ChannelMessageType.UnloadResponse, 8);

    public static byte[] ModifyChannelResponse(uint channel, uint status) =>
        Make(ChannelMessageType.ModifyChannelResponse, 16, channel, status);

    public static byte[] TlConnectResult(Guid endpoint, Guid service, uint status)
    {
        var message = Make(ChannelMessageType.TlConnectResult, 44);
        endpoint.TryWriteBytes(message.AsSpan(8));
        service.TryWriteBytes(message.AsSpan(24));
        Put(message, 40, status);
        return message;
    }

    public static byte[] ModifyConnectionResponse(byte state)
    {
        var message = Make(ChannelMessageType.ModifyConnectionResponse, 9);
        message[8] = state;
        return message;
    }

    private static byte[] Make(ChannelMessageType type, int size, params ReadOnlySpan<uint> fields)
    {
        var message = new byte[size];
        Put(message, 0, (uint)type);
        for (var i = 0; i < fields.Length; i++)
        {
            Put(message, ChannelMessageRules.HeaderSize + (i * sizeof(uint)), fields[i]);
        }

        return message;
    }

    private static void Put(byte[] message, int offset, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(offset), value);
}
