using System.Buffers.Binary;

namespace Synic.Hv;

/// <summary>
/// Layout of one message slot of the SIMP page (TLFS HV_MESSAGE, 256 bytes): type u32 at 0, payload size u8 at 4,
/// flags u8 at 5, sender u64 at 8, payload at 16.
/// </summary>
public static class HvMessage
{
    public const int Size = 256;

    public const int HeaderSize = 16;

    public const int MaxPayload = 240;

    public const int TypeOffset = 0;

    public const int PayloadSizeOffset = 4;

    public const int FlagsOffset = 5;

    public const int SenderOffset = 8;

    /// <summary>Bit 0 of the flags: more is waiting, the guest shall write EOM after it freed the slot.</summary>
    public const byte MessagePending = 1;

    /// <summary>The type of an empty slot.</summary>
    public const uint TypeNone = 0;

    /// <summary>A VMBus channel message (VMBUS_MESSAGE_TYPE).</summary>
    public const uint TypeChannel = 1;

    /// <summary>Bit 31: only the hypervisor may send it.</summary>
    public const uint TypeHypervisorMask = 0x8000_0000;

    public const uint TypeTimerExpired = 0x8000_0010;

    /// <summary>Lays a message out as its slot shall hold it; the rest of <paramref name="slot"/> is zeroed.</summary>
    /// <param name="slot">At least <see cref="Size"/> bytes.</param>
    /// <param name="type">The message type.</param>
    /// <param name="sender">Port id or partition that the message came from; 0 when neither means anything.</param>
    /// <param name="payload">At most <see cref="MaxPayload"/> bytes.</param>
    public static void Write(Span<byte> slot, uint type, ulong sender, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayload);
        slot = slot[..Size];
        BinaryPrimitives.WriteUInt32LittleEndian(slot, type);
        slot[PayloadSizeOffset] = (byte)payload.Length;
        slot[FlagsOffset] = 0;
        slot[6] = 0;
        slot[7] = 0;
        BinaryPrimitives.WriteUInt64LittleEndian(slot[SenderOffset..], sender);
        payload.CopyTo(slot[HeaderSize..]);
        slot[(HeaderSize + payload.Length)..].Clear();
    }

    public static uint ReadType(ReadOnlySpan<byte> slot) => BinaryPrimitives.ReadUInt32LittleEndian(slot);

    /// <summary>The payload; a size that is too large is cut, not believed.</summary>
    public static ReadOnlySpan<byte> ReadPayload(ReadOnlySpan<byte> slot) =>
        slot.Slice(HeaderSize, Math.Min((int)slot[PayloadSizeOffset], MaxPayload));
}
