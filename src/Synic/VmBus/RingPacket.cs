using System.Buffers.Binary;

namespace Synic.VmBus;

/// <summary>The types of packets in a ring.</summary>
internal enum PacketType : ushort
{
    InBand = 6,
    TransferPages = 7,
    GpaDirect = 9,
    Completion = 0xB,
}

/// <summary>A packet in a ring, as it was copied out.</summary>
internal readonly ref struct RingPacket(PacketType type, bool completionRequested, ulong transactionId, ReadOnlySpan<byte> payload)
{
    public PacketType Type { get; } = type;

    public bool CompletionRequested { get; } = completionRequested;

    public ulong TransactionId { get; } = transactionId;

    /// <summary>A multiple of 8 bytes; what its content says about its length is another matter.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;
}

/// <summary>The 16 bytes before each packet, and the 8 behind it.</summary>
internal readonly record struct PacketDescriptor(PacketType Type, ushort Offset8, ushort Length8, ushort Flags, ulong TransactionId)
{
    public const int Size = 16;

    public const int FooterSize = 8;

    public const ushort CompletionRequestedFlag = 1;

    private const ushort HeaderLength8 = Size / 8;

    public int PayloadOffset => Offset8 * 8;

    /// <summary>Without the footer.</summary>
    public int Length => Length8 * 8;

    public uint TotalLength => (uint)Length + FooterSize;

    /// <summary>What a packet with so much payload takes in a ring.</summary>
    public static uint TotalFor(int payload) => (uint)(Size + ((payload + 7) & ~7) + FooterSize);

    public static PacketDescriptor For(PacketType type, bool completionRequested, ulong transactionId, int payload) => new(
        type, HeaderLength8, (ushort)((TotalFor(payload) - FooterSize) / 8),
        completionRequested ? CompletionRequestedFlag : (ushort)0, transactionId);

    public static PacketDescriptor Read(ReadOnlySpan<byte> bytes) => new(
        (PacketType)BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)Type);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], Offset8);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], Length8);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], Flags);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], TransactionId);
    }

    /// <summary>Looks for what no sender may write.</summary>
    /// <param name="available">Bytes in the ring from here on.</param>
    /// <param name="ringSize">Of the ring's data.</param>
    /// <returns>Null when it is sound.</returns>
    public VmBusRingFault? Check(uint available, uint ringSize) =>
        Length8 < HeaderLength8 || TotalLength > available || TotalLength >= ringSize - 8 ? VmBusRingFault.PacketLength
        : Offset8 < HeaderLength8 || Offset8 > Length8 ? VmBusRingFault.PacketOffset
        : (Flags & ~CompletionRequestedFlag) != 0 ? VmBusRingFault.PacketFlags
        : !Enum.IsDefined(Type) ? VmBusRingFault.PacketType
        : null;
}
