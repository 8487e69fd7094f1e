using System.Runtime.InteropServices;
using Synic.Hv;

namespace Synic.History;

/// <summary>One guest call or delivery as the thread that made it wrote it down: one cache line, no references.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CallRecord
{
    /// <summary>Of a caller that is no VP: the API.</summary>
    public const byte NoVp = 0xFF;

    /// <summary>In ticks of <see cref="TimeProvider.GetTimestamp"/>: for a guest's call when its exit came in.</summary>
    public long Timestamp;

    /// <summary>See <see cref="Payloads.Hash"/>; 0 while nobody has computed it.</summary>
    public ulong PayloadHash;

    /// <summary>Where the bytes lie in the ring that holds the record.</summary>
    public long PayloadPosition;

    /// <summary>
    /// The register of a SINT, the generation of a port, the number of a fault rule's decision, or how many records a
    /// <see cref="CallKind.Dropped"/> stands for.
    /// </summary>
    public ulong Value;

    public uint Connection;

    /// <summary>The guest's or host's message type; for ports the <see cref="PortFacts"/>' kind.</summary>
    public uint MessageType;

    /// <summary>0 when the call was not among those that are timed.</summary>
    public uint Nanoseconds;

    /// <summary>Number of the fault rule that made the outcome; 0 for none.</summary>
    public int InjectedBy;

    /// <summary>The first four payload bytes, for what has a name by them; 0 when there are fewer.</summary>
    public uint FirstWord;

    /// <summary>An <see cref="HvStatus"/>, or for deliveries a <see cref="DeliveryOutcome"/>.</summary>
    public ushort Status;

    /// <summary>Payload bytes as the caller gave it, also if refused for it; 65535 stands for more, too.</summary>
    public ushort Size;

    public ushort Flag;

    public CallKind Kind;
    public byte Vtl;

    /// <summary><see cref="NoVp"/> for none.</summary>
    public byte Vp;

    /// <summary>SINT of a delivery, monitor id of a trigger.</summary>
    public byte Index;

    public CallReason Reason;
    public CallFields Fields;

    internal static byte VpByte(VpIndex vp) => (byte)Math.Min(vp.Value, NoVp);
}

/// <summary>Which members of a <see cref="CallRecord"/> mean something that its kind alone does not tell.</summary>
[Flags]
public enum CallFields : byte
{
    None = 0,
    Connection = 1,

    /// <summary>There was a payload, of <see cref="CallRecord.Size"/> bytes.</summary>
    Payload = 2,

    /// <summary>And its bytes are kept.</summary>
    Bytes = 4,

    Index = 8,
    Flag = 16,

    /// <summary>Of a message for the guest: it was written down before, and waited since.</summary>
    Again = 32,
}
