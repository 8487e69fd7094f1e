using Synic.Hv;

namespace Synic.Backends;

/// <summary>The mode that the first VP begins in.</summary>
public enum VpBootMode
{
    /// <summary>64-bit mode, paging on.</summary>
    LongMode,

    /// <summary>32-bit protected mode, paging off: multiboot's way.</summary>
    ProtectedMode,
}

/// <summary>Where and how the first VP begins: flat segments, interrupts off.</summary>
public sealed record VpBootState
{
    public VpBootMode Mode { get; init; } = VpBootMode.LongMode;

    public required ulong Rip { get; init; }

    public required ulong Rsp { get; init; }

    public ulong Rax { get; init; }

    public ulong Rbx { get; init; }

    public ulong Rsi { get; init; }

    /// <summary>CR3, in 64-bit mode: page tables that the guest's loader wrote.</summary>
    public Gpa PageTables { get; init; }

    /// <summary>Where the descriptors lie; the table ends with the higher of the two selectors below.</summary>
    public required Gpa Gdt { get; init; }

    /// <summary>A descriptor of the mode's code.</summary>
    public ushort CodeSelector { get; init; } = 8;

    public ushort DataSelector { get; init; } = 16;
}
