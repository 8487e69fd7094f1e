using System.Buffers.Binary;

namespace Synic.VmBus;

/// <summary>A version of an integration component: of the framework, or of its messages.</summary>
internal readonly record struct IntegrationVersion(ushort Major, ushort Minor)
{
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}

/// <summary>What the header of an integration component's message says.</summary>
internal enum IntegrationMessageType : ushort
{
    Negotiate = 0,
    Heartbeat = 1,
}

/// <summary>
/// The message that integration components exchange, in its pipe header: type u32 = 1 at 0, length u32 at 4; framework
/// version at 8, type at 12, message version at 14, body size at 18, status at 20, transaction at 24, flags at 25,
/// body at 28.
/// </summary>
internal static class IntegrationMessage
{
    public const int BodyOffset = 28;

    private const int PipeHeader = 8;
    private const int TypeOffset = 12;
    private const int BodySizeOffset = 18;
    private const int FlagsOffset = 25;
    private const byte Transaction = 1;
    private const byte Request = 2;
    private const byte Response = 4;

    /// <summary>Fills in everything but the body.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="type">Of the message.</param>
    /// <param name="framework">As agreed; zero in the negotiation.</param>
    /// <param name="version">As agreed; zero in the negotiation.</param>
    public static void WriteHeader(
        Span<byte> message, IntegrationMessageType type, IntegrationVersion framework, IntegrationVersion version)
    {
        message[..BodyOffset].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(message, 1);
        BinaryPrimitives.WriteInt32LittleEndian(message[4..], message.Length - PipeHeader);
        WriteVersion(message[8..], framework);
        BinaryPrimitives.WriteUInt16LittleEndian(message[TypeOffset..], (ushort)type);
        WriteVersion(message[14..], version);
        BinaryPrimitives.WriteUInt16LittleEndian(message[BodySizeOffset..], (ushort)(message.Length - BodyOffset));
        message[FlagsOffset] = Transaction | Request;
    }

    /// <summary>Reads an answer; sizes that the guest wrote are cut to what there is.</summary>
    /// <returns>False when it is not an answer with a body of at least so many bytes.</returns>
    public static bool TryReadResponse(
        ReadOnlySpan<byte> payload, int minimumBody, out IntegrationMessageType type, out ReadOnlySpan<byte> body)
    {
        type = default;
        body = default;
        if (payload.Length < BodyOffset || BinaryPrimitives.ReadUInt32LittleEndian(payload) != 1 || (payload[FlagsOffset] & Response) == 0)
        {
            return false;
        }

        type = (IntegrationMessageType)BinaryPrimitives.ReadUInt16LittleEndian(payload[TypeOffset..]);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(payload[BodySizeOffset..]);
        body = payload[BodyOffset..];
        body = body[..Math.Min(body.Length, size)];
        return body.Length >= minimumBody;
    }

    public static void WriteVersion(Span<byte> bytes, IntegrationVersion version)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, version.Major);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], version.Minor);
    }

    public static IntegrationVersion ReadVersion(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(bytes), BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]));
}
