namespace Synic.Dashboard.Model;

/// <summary>A hypervisor status for people: a chip short enough for a column head, and what it means for the guest.</summary>
/// <param name="Name">As the API spells it.</param>
/// <param name="Short">For chips.</param>
/// <param name="Code">The number, empty when not one status.</param>
/// <param name="Meaning">What happened and what a Linux guest does then.</param>
internal sealed record StatusText(string Name, string Short, string Code, string Meaning)
{
    /// <summary>The order of the columns.</summary>
    private static readonly StatusText[] s_known =
    [
        new("invalid_connection_id", "NO CONN", "0x12",
            "Nobody is behind the connection, or a port of the other kind. A guest tries a post again for a while."),
        new("operation_denied", "DENIED", "0x08", "The caller's VTL is below the port's minimum. The guest does not try again."),
        new("insufficient_buffers", "FULL", "0x13", "The port had no room. The guest tries again, with growing waits."),
        new("invalid_parameter", "PARAM", "0x05", "The call's input makes no sense, for example a payload above 240 bytes."),
        new("invalid_port_id", "NO PORT", "0x11", "The port behind the connection is gone or of the other kind."),
        new("invalid_synic_state", "SYNIC", "0x18", "The target's SynIC is off or the SINT is masked."),
        new("invalid_vp_index", "NO VP", "0x0e", "The target VP does not exist."),
        new("access_denied", "ACCESS", "0x06", "The partition lacks the right for this call."),
        new("insufficient_memory", "MEMORY", "0x0b", "The host is short of memory. The guest tries again."),
        new("timeout", "TIMEOUT", "0x78", "The host did not answer in time."),
        new("invalid_hypercall_input", "INPUT", "0x03", "The control word or the size of the input is wrong."),
        new("invalid_alignment", "ALIGN", "0x04", "The input is not aligned or crosses a page."),
        new("invalid_hypercall_code", "CODE", "0x02", "There is no such hypercall here."),
        new("operation_failed", "FAILED", "0x71", "The port's own code failed. See the daemon's log."),
        new("other", "OTHER", "", "Every status without a column of its own."),
    ];

    public static StatusText Of(string name) =>
        Array.Find(s_known, s => s.Name == name) ?? new(name, Format.Words(name).ToUpperInvariant(), "", "");

    /// <summary>Known statuses in their order, then the rest by name.</summary>
    public static IEnumerable<StatusText> Sorted(IEnumerable<string> names) => names
        .Distinct(StringComparer.Ordinal)
        .Select(Of)
        .OrderBy(s => Array.IndexOf(s_known, s) is var i and >= 0 ? i : int.MaxValue)
        .ThenBy(s => s.Name, StringComparer.Ordinal);

    public string Tooltip => Code.Length == 0 ? $"{Name}. {Meaning}" : $"{Name} ({Code}). {Meaning}";
}
