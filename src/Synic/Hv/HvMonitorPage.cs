namespace Synic.Hv;

/// <summary>Offsets within a monitor page of 4096 bytes (HV_MONITOR_PAGE).</summary>
public static class HvMonitorPage
{
    public const int Groups = 4;

    public const int TriggersPerGroup = 32;

    /// <summary>Bits 3:0 enable the groups.</summary>
    public const int TriggerStateOffset = 0x000;

    /// <summary>Per group: pending u32, armed u32.</summary>
    public const int TriggerGroupsOffset = 0x008;

    public const int TriggerGroupSize = 8;

    /// <summary>State and groups: what a sender writes (HV_MONITOR_PAGE_SMALL).</summary>
    public const int WrittenSize = TriggerGroupsOffset + (Groups * TriggerGroupSize);

    /// <summary>u16 for each monitor id, by convention in units of 100 ns.</summary>
    public const int LatencyOffset = 0x240;

    /// <summary>For each monitor id: connection id u32, flag number u16, reserved u16.</summary>
    public const int ParameterOffset = 0x440;
}
