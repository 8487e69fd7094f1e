using Synic.Hv;

namespace Synic.Backends;

/// <summary>Where and how the first VP begins: 64-bit mode, paging on, flat segments, interrupts off.</summary>
public sealed record VpBootState
{
    public required ulong Rip { get; init; }

    public required ulong Rsp { get; init; }

    /// <summary>CR3: page tables that the guest's loader wrote.</summary>
    public required Gpa PageTables { get; init; }

    /// <summary>Where a table of three descriptors lies: null, 64-bit code (selector 8), data (selector 16).</summary>
    public required Gpa Gdt { get; init; }
}
