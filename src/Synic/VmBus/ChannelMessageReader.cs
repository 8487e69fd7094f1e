using System.Buffers.Binary;

namespace Synic.VmBus;

/// <summary>Reads the fields of a channel message; the bytes are a copy that the guest can no longer change.</summary>
/// <param name="payload">At least as long as the type's minimum, which whoever makes the reader has checked.</param>
internal readonly ref struct ChannelMessageReader(ReadOnlySpan<byte> payload)
{
    private readonly ReadOnlySpan<byte> _payload = payload;

    public int Length => _payload.Length;

    public ChannelMessageType Type => (ChannelMessageType)UInt32(0);

    public byte Byte(int offset) => _payload[offset];

    public ushort UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_payload[offset..]);

    public uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_payload[offset..]);

    public ulong UInt64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_payload[offset..]);

    /// <summary>In the mixed-endian layout that Windows uses, which is also that of <see cref="System.Guid"/>.</summary>
    public Guid Guid(int offset) => new(_payload.Slice(offset, 16));

    /// <summary>The 8-byte words behind an offset. How many of them mean something follows from earlier fields, not
    /// from the message's size: firmware sends all 240 bytes always.</summary>
    public ReadOnlySpan<byte> Words(int offset) => _payload[offset..][..((_payload.Length - offset) & ~7)];
}

/// <summary>INITIATE_CONTACT.</summary>
internal readonly record struct ContactMessage(
    VmBusVersion Version, uint TargetVp, ulong TargetInfo, ulong ParentToChild, ulong ChildToParent, Guid? ClientId)
{
    public byte Sint => (byte)TargetInfo;

    public byte Vtl => (byte)(TargetInfo >> 8);

    public VmBusFeatures Features => (VmBusFeatures)(uint)(TargetInfo >> 32);

    public bool WantsClientId => Version >= VmBusVersion.V60 && Features.HasFlag(VmBusFeatures.ClientId);

    public static ContactMessage Read(ChannelMessageReader message) => new(
        new VmBusVersion(message.UInt32(8)), message.UInt32(12), message.UInt64(16), message.UInt64(24), message.UInt64(32),
        message.Length >= 56 ? message.Guid(40) : null);
}

/// <summary>OPENCHANNEL.</summary>
internal readonly record struct OpenMessage(uint Channel, uint OpenId, uint RingGpadl, uint TargetVp, uint DownstreamPage)
{
    public static OpenMessage Read(ChannelMessageReader message) => new(
        message.UInt32(8), message.UInt32(12), message.UInt32(16), message.UInt32(20), message.UInt32(24));
}
