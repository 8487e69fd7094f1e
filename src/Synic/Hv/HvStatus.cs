namespace Synic.Hv;

/// <summary>
/// What a hypercall answers (HV_STATUS, 16 bits). Codes without a name here travel unchanged.
/// </summary>
public readonly record struct HvStatus(ushort Value)
{
    public static readonly HvStatus Success = new(0x00);
    public static readonly HvStatus InvalidHypercallCode = new(0x02);
    public static readonly HvStatus InvalidHypercallInput = new(0x03);
    public static readonly HvStatus InvalidAlignment = new(0x04);
    public static readonly HvStatus InvalidParameter = new(0x05);
    public static readonly HvStatus AccessDenied = new(0x06);
    public static readonly HvStatus InvalidPartitionState = new(0x07);
    public static readonly HvStatus OperationDenied = new(0x08);
    public static readonly HvStatus UnknownProperty = new(0x09);
    public static readonly HvStatus PropertyValueOutOfRange = new(0x0A);
    public static readonly HvStatus InsufficientMemory = new(0x0B);
    public static readonly HvStatus InvalidPartitionId = new(0x0D);
    public static readonly HvStatus InvalidVpIndex = new(0x0E);
    public static readonly HvStatus NotFound = new(0x10);
    public static readonly HvStatus InvalidPortId = new(0x11);
    public static readonly HvStatus InvalidConnectionId = new(0x12);
    public static readonly HvStatus InsufficientBuffers = new(0x13);
    public static readonly HvStatus NotAcknowledged = new(0x14);
    public static readonly HvStatus InvalidVpState = new(0x15);
    public static readonly HvStatus Acknowledged = new(0x16);
    public static readonly HvStatus InvalidSynicState = new(0x18);
    public static readonly HvStatus ObjectInUse = new(0x19);
    public static readonly HvStatus NoData = new(0x1B);
    public static readonly HvStatus Inactive = new(0x1C);
    public static readonly HvStatus NoResources = new(0x1D);
    public static readonly HvStatus FeatureUnavailable = new(0x1E);
    public static readonly HvStatus InsufficientBuffer = new(0x33);
    public static readonly HvStatus InvalidRegisterValue = new(0x50);
    public static readonly HvStatus InvalidVtlState = new(0x51);
    public static readonly HvStatus OperationFailed = new(0x71);
    public static readonly HvStatus Timeout = new(0x78);
    public static readonly HvStatus UnknownRegisterName = new(0x87);

    /// <summary>The name in snake case, as metrics and the API spell it; <c>0x…</c> when there is none.</summary>
    public string Name => Value switch
    {
        0x00 => "success",
        0x02 => "invalid_hypercall_code",
        0x03 => "invalid_hypercall_input",
        0x04 => "invalid_alignment",
        0x05 => "invalid_parameter",
        0x06 => "access_denied",
        0x07 => "invalid_partition_state",
        0x08 => "operation_denied",
        0x09 => "unknown_property",
        0x0A => "property_value_out_of_range",
        0x0B => "insufficient_memory",
        0x0D => "invalid_partition_id",
        0x0E => "invalid_vp_index",
        0x10 => "not_found",
        0x11 => "invalid_port_id",
        0x12 => "invalid_connection_id",
        0x13 => "insufficient_buffers",
        0x14 => "not_acknowledged",
        0x15 => "invalid_vp_state",
        0x16 => "acknowledged",
        0x18 => "invalid_synic_state",
        0x19 => "object_in_use",
        0x1B => "no_data",
        0x1C => "inactive",
        0x1D => "no_resources",
        0x1E => "feature_unavailable",
        0x33 => "insufficient_buffer",
        0x50 => "invalid_register_value",
        0x51 => "invalid_vtl_state",
        0x71 => "operation_failed",
        0x78 => "timeout",
        0x87 => "unknown_register_name",
        _ => $"0x{Value:x}",
    };

    public bool IsSuccess => Value == 0;

    public override string ToString() => $"0x{Value:x2} {Name}";
}
