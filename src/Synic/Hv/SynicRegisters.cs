namespace Synic.Hv;

/// <summary>Synthetic MSRs of the SynIC, its timers and clocks (TLFS, "Inter-Partition Communication" and "Timers").</summary>
public static class HvMsr
{
    /// <summary>Every synthetic MSR lies in this range of 0x200 numbers.</summary>
    public const uint First = 0x4000_0000;
    public const uint Count = 0x200;

    public const uint GuestOsId = 0x4000_0000;
    public const uint Hypercall = 0x4000_0001;
    public const uint VpIndex = 0x4000_0002;
    public const uint Reset = 0x4000_0003;
    public const uint VpRuntime = 0x4000_0010;
    public const uint TimeRefCount = 0x4000_0020;
    public const uint ReferenceTsc = 0x4000_0021;
    public const uint TscFrequency = 0x4000_0022;
    public const uint ApicFrequency = 0x4000_0023;
    public const uint Eoi = 0x4000_0070;
    public const uint Icr = 0x4000_0071;
    public const uint Tpr = 0x4000_0072;
    public const uint VpAssistPage = 0x4000_0073;
    public const uint SControl = 0x4000_0080;
    public const uint SVersion = 0x4000_0081;
    public const uint Siefp = 0x4000_0082;
    public const uint Simp = 0x4000_0083;
    public const uint Eom = 0x4000_0084;
    public const uint Sint0 = 0x4000_0090;
    public const uint Sint15 = 0x4000_009F;
    public const uint Stimer0Config = 0x4000_00B0;
    public const uint Stimer3Count = 0x4000_00B7;
    public const uint GuestIdle = 0x4000_00F0;
    public const uint CrashP0 = 0x4000_0100;
    public const uint CrashP4 = 0x4000_0104;
    public const uint CrashControl = 0x4000_0105;
}

/// <summary>Names for HvGetVpRegisters and HvSetVpRegisters (HV_REGISTER_NAME).</summary>
public static class HvRegisterName
{
    public const uint Sint0 = 0x000A_0000;
    public const uint Sint15 = 0x000A_000F;
    public const uint SControl = 0x000A_0010;
    public const uint SVersion = 0x000A_0011;
    public const uint Siefp = 0x000A_0012;
    public const uint Simp = 0x000A_0013;
    public const uint Eom = 0x000A_0014;
    public const uint Stimer0Config = 0x000B_0000;
    public const uint Stimer3Count = 0x000B_0007;
}

/// <summary>SCONTROL: bit 0 turns the SynIC of the VP on.</summary>
public readonly record struct SControlRegister(ulong Value)
{
    public bool Enabled => (Value & 1) != 0;
}

/// <summary>SIMP, SIEFP and other registers that lay a page over a GPA: bit 0 enable, bits 63:12 page number.</summary>
public readonly record struct OverlayRegister(ulong Value)
{
    public bool Enabled => (Value & 1) != 0;

    public Gpa Gpa => new(Value & ~0xFFFUL);
}

/// <summary>SINTx: vector, masked, auto-EOI, polling.</summary>
public readonly record struct SintRegister(ulong Value)
{
    /// <summary>After reset: masked, vector 0.</summary>
    public static readonly SintRegister Reset = new(MaskedBit);

    private const ulong MaskedBit = 1UL << 16;

    public byte Vector => (byte)Value;

    public bool Masked => (Value & MaskedBit) != 0;

    public bool AutoEoi => (Value & (1UL << 17)) != 0;

    public bool Polling => (Value & (1UL << 18)) != 0;

    public bool Proxy => (Value & (1UL << 20)) != 0;
}

/// <summary>STIMERx_CONFIG.</summary>
public readonly record struct StimerConfig(ulong Value)
{
    public bool Enabled => (Value & 1) != 0;

    public bool Periodic => (Value & 2) != 0;

    public bool Lazy => (Value & 4) != 0;

    public bool AutoEnable => (Value & 8) != 0;

    /// <summary>Used in direct mode only.</summary>
    public byte ApicVector => (byte)(Value >> 4);

    public bool Direct => (Value & (1UL << 12)) != 0;

    public SintIndex Sint => new((byte)((Value >> 16) & 0xF));

    /// <summary>Bits 15:13 and 63:20 must be zero.</summary>
    public bool HasReservedBits => (Value & 0xFFFF_FFFF_FFF0_E000) != 0;

    public StimerConfig WithEnabled(bool enabled) => new(enabled ? Value | 1 : Value & ~1UL);
}
