using Synic.Hv;

namespace Synic.Diagnostics;

/// <summary>The statuses that failure metrics are kept for; everything else is counted as <c>other</c>.</summary>
public static class FailureStatus
{
    public const int Count = 12;

    /// <summary>Index of INVALID_CONNECTION_ID.</summary>
    internal const int InvalidConnectionId = 0;

    /// <summary>Index of OPERATION_DENIED.</summary>
    internal const int OperationDenied = 1;

    private static readonly string[] s_names =
    [
        "invalid_connection_id", "operation_denied", "insufficient_buffers", "invalid_parameter", "invalid_port_id",
        "invalid_synic_state", "invalid_vp_index", "access_denied", "timeout", "invalid_hypercall_input",
        "invalid_alignment", "other",
    ];

    /// <summary>Label values by index.</summary>
    public static IReadOnlyList<string> Names => s_names;

    public static int IndexOf(HvStatus status) => status.Value switch
    {
        0x12 => 0,
        0x08 => 1,
        0x13 => 2,
        0x05 => 3,
        0x11 => 4,
        0x18 => 5,
        0x0E => 6,
        0x06 => 7,
        0x78 => 8,
        0x03 => 9,
        0x04 => 10,
        _ => 11,
    };
}
