using Synic.Hv;
using Synic.Memory;

namespace Synic.Emulation;

/// <summary>The sixteen message slots of a SIMP page, and the protocol by which host and guest share them (TLFS "SynIC Message Flow").</summary>
/// <remarks>The lock of the <see cref="ProcessorSynic"/> guards every member: one writer at a time, against one guest.</remarks>
internal sealed class MessagePage(IGuestMemory memory, OverlayPage page)
{
    // Flags are byte 5: bit 8 of the word that starts at the payload size.
    private const uint PendingBit = HvMessage.MessagePending << 8;

    public bool IsBusy(int sint) => page.Enabled && ReadType(Slot(sint)) != HvMessage.TypeNone;

    public bool IsPending(int sint) =>
        page.Enabled && memory.TryReadUInt32(Slot(sint) + HvMessage.PayloadSizeOffset, out var word) && (word & PendingBit) != 0;

    /// <summary>Puts a message into its slot. The page has to be enabled.</summary>
    /// <param name="sint">0 to 15.</param>
    /// <param name="message">A whole slot; its flags are written here.</param>
    /// <param name="more">Something waits behind it: the guest shall write EOM.</param>
    /// <returns>False when the guest has not emptied the slot; it then finds the pending flag and writes EOM.</returns>
    public bool TryWrite(int sint, Span<byte> message, bool more)
    {
        var slot = Slot(sint);
        if (ReadType(slot) != HvMessage.TypeNone)
        {
            // The guest empties the slot and then looks at the flag: if it did so before the flag was set, it will
            // not come back, so the slot has to be looked at again.
            memory.TryOrUInt32(slot + HvMessage.PayloadSizeOffset, PendingBit, out _);
            if (ReadType(slot) != HvMessage.TypeNone)
            {
                return false;
            }
        }

        // The type comes last: with it the slot becomes the guest's.
        message[HvMessage.FlagsOffset] = more ? HvMessage.MessagePending : (byte)0;
        memory.TryWrite(slot + HvMessage.PayloadSizeOffset, message[HvMessage.PayloadSizeOffset..]);
        memory.TryWriteUInt32(slot, HvMessage.ReadType(message));
        return true;
    }

    /// <summary>Asks the guest to write EOM. The page has to be enabled.</summary>
    public void MarkPending(int sint) =>
        memory.TryOrUInt32(Slot(sint) + HvMessage.PayloadSizeOffset, PendingBit, out _);

    private uint ReadType(Gpa slot) => memory.TryReadUInt32(slot, out var type) ? type : HvMessage.TypeNone;

    private Gpa Slot(int sint) => page.Gpa + ((ulong)sint * HvMessage.Size);
}
