namespace Synic.Hv;

/// <summary>Call codes (HV_CALL_CODE) that this runtime knows by name.</summary>
public static class HypercallCode
{
    public const ushort NotifyLongSpinWait = 0x08;
    public const ushort GetPartitionId = 0x46;
    public const ushort GetVpRegisters = 0x50;
    public const ushort SetVpRegisters = 0x51;
    public const ushort PostMessage = 0x5C;
    public const ushort SignalEvent = 0x5D;
    public const ushort SignalEventDirect = 0xC0;
    public const ushort PostMessageDirect = 0xC1;
    public const ushort ExtQueryCapabilities = 0x8001;
}

/// <summary>The hypercall input value: RCX, or EDX:EAX of a 32-bit caller (TLFS, "Hypercall Interface").</summary>
public readonly record struct HypercallControl(ulong Value)
{
    /// <summary>Bits 31:27, 47:44 and 63:60 are zero; bit 31 means "nested", which is not offered.</summary>
    public const ulong ReservedBits = 0xF000_F000_F800_0000;

    private const ulong FastBit = 1UL << 16;

    public ushort Code => (ushort)Value;

    /// <summary>Input and output travel in registers.</summary>
    public bool Fast => (Value & FastBit) != 0;

    /// <summary>In units of 8 bytes.</summary>
    public int VariableHeaderSize => (int)(Value >> 17) & 0x3FF;

    public int RepCount => (int)(Value >> 32) & 0xFFF;

    public int RepStart => (int)(Value >> 48) & 0xFFF;

    public bool HasReservedBits => (Value & ReservedBits) != 0;

    public static HypercallControl Simple(ushort code, bool fast = false) => new(code | (fast ? FastBit : 0));

    public static HypercallControl Rep(ushort code, int count, int start = 0) =>
        new(code | ((ulong)(uint)count << 32) | ((ulong)(uint)start << 48));
}

/// <summary>The hypercall result value: status in bits 15:0, completed repetitions in bits 43:32.</summary>
public readonly record struct HypercallResult(HvStatus Status, int RepsCompleted = 0)
{
    public ulong Value => Status.Value | ((ulong)(uint)RepsCompleted << 32);
}

/// <summary>Input block of HvPostMessage, 256 bytes: connection u32 at 0, type u32 at 8, size u32 at 12, payload at 16.</summary>
public static class PostMessageInput
{
    public const int Size = 256;
    public const int ConnectionOffset = 0;
    public const int ReservedOffset = 4;
    public const int TypeOffset = 8;
    public const int PayloadSizeOffset = 12;
    public const int PayloadOffset = 16;
}

/// <summary>Input block of HvSignalEvent, 8 bytes: connection u32 at 0, flag u16 at 4, reserved u16 at 6.</summary>
public static class SignalEventInput
{
    public const int Size = 8;
    public const int FlagOffset = 4;
    public const int ReservedOffset = 6;

    /// <summary>Event flags of one SINT.</summary>
    public const int FlagCount = 2048;
}

/// <summary>
/// Input block of HvPostMessageDirect, 280 bytes: partition u64 at 0, VP u32 at 8, VTL u8 at 12, SINT u8 at 16,
/// HV_MESSAGE at 20.
/// </summary>
public static class PostMessageDirectInput
{
    public const int Size = 280;
    public const int VtlOffset = 12;
    public const int SintOffset = 16;
    public const int MessageOffset = 20;
}

/// <summary>
/// Input block of HvSignalEventDirect, 16 bytes: partition u64 at 0, VP u32 at 8, VTL u8 at 12, SINT u8 at 13,
/// flag u16 at 14. The output is 8 bytes, of which the first says whether the flag was newly set.
/// </summary>
public static class SignalEventDirectInput
{
    public const int Size = 16;
    public const int VtlOffset = 12;
    public const int SintOffset = 13;
    public const int FlagOffset = 14;
    public const int OutputSize = 8;
}

/// <summary>
/// Input of HvGetVpRegisters and HvSetVpRegisters: partition u64 at 0, VP u32 at 8, HV_INPUT_VTL u8 at 12, then the
/// list: names (u32) to get, or names with a value at 16 (32 bytes each) to set.
/// </summary>
public static class VpRegistersInput
{
    public const int HeaderSize = 16;
    public const int VtlOffset = 12;
    public const int NameSize = 4;
    public const int ValueSize = 16;
    public const int AssignmentSize = 32;
    public const int AssignmentValueOffset = 16;
}

/// <summary>HV_INPUT_VTL: bits 3:0 the VTL, bit 4 use it instead of the caller's, bits 7:5 zero.</summary>
public readonly record struct HvInputVtl(byte Value)
{
    public bool UseTarget => (Value & 0x10) != 0;

    public bool HasReservedBits => (Value & 0xE0) != 0;

    public Vtl Target => new((byte)(Value & 0xF));
}
