namespace Synic.Contracts.Filters;

/// <summary>The statuses that a post or signal can be refused with, by name and number.</summary>
public static class HvStatusWords
{
    public static IReadOnlyList<FilterWord> All { get; } =
    [
        new("invalid_connection_id", 0x12), new("operation_denied", 0x08), new("insufficient_buffers", 0x13),
        new("invalid_parameter", 0x05), new("invalid_port_id", 0x11), new("invalid_synic_state", 0x18),
        new("invalid_vp_index", 0x0E), new("access_denied", 0x06), new("timeout", 0x78),
        new("invalid_hypercall_input", 0x03), new("invalid_alignment", 0x04), new("operation_failed", 0x71),
    ];
}
