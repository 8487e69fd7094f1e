namespace Synic.VmBus;

/// <summary>What a VMBus server offers, and how much a guest may take.</summary>
public sealed record VmBusOptions
{
    /// <summary>Newer versions are refused, so that a guest falls back.</summary>
    public VmBusVersion MaxVersion { get; init; } = VmBusVersion.V60;

    /// <summary>Gives each channel a bit of the monitor page, if the guest and the backend have one. Guests then signal
    /// by it and make no hypercall.</summary>
    public bool MonitorIds { get; init; } = true;

    /// <summary>How late a signal through the monitor page may arrive.</summary>
    public TimeSpan MonitorLatency { get; init; } = TimeSpan.FromMicroseconds(100);

    /// <summary>Offers the heartbeat channel.</summary>
    public bool Heartbeat { get; init; } = true;

    public TimeSpan HeartbeatPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Offers the echo channel.</summary>
    public bool Echo { get; init; } = true;

    /// <summary>VPs of the partition; a guest that names another is refused. Null: not known, not checked.</summary>
    public int? VpCount { get; init; }

    /// <summary>Messages of the guest that may wait; one more and it has to try again.</summary>
    public int IncomingCapacity { get; init; } = 64;

    /// <summary>GPADLs that one connection may have.</summary>
    public int MaxGpadls { get; init; } = 1024;

    /// <summary>Pages in all GPADLs of one connection; the host keeps 8 bytes for each.</summary>
    public int MaxGpadlPages { get; init; } = 1 << 17;

    internal void Validate()
    {
        if (!VmBusVersion.All.Contains(MaxVersion))
        {
            throw new ArgumentException($"there is no VMBus version {MaxVersion}");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(HeartbeatPeriod, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfNegative(MonitorLatency.Ticks, nameof(MonitorLatency));
        ArgumentOutOfRangeException.ThrowIfLessThan(VpCount ?? 1, 1, nameof(VpCount));
        ArgumentOutOfRangeException.ThrowIfLessThan(IncomingCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxGpadls, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxGpadlPages, 1);
    }
}
