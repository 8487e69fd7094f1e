using Synic.Backends;
using Synic.Guests;
using Synic.Hv;
using Synic.VmBus;

namespace Synic.Daemon.Configuration;

/// <summary>What the daemon was asked to do: the command line and the configuration, checked.</summary>
internal sealed record DaemonSettings
{
    public const string Section = "Synic";
    public const string DefaultUrl = "http://127.0.0.1:5080";

    public IReadOnlyList<string> Urls { get; init; } = [DefaultUrl];

    /// <summary>Guests may be acted on, ports made and removed.</summary>
    public bool Lab { get; init; }

    /// <summary>The user accepts that others on the network can watch.</summary>
    public bool InsecureBind { get; init; }

    /// <summary>Holds the start token; null: <c>SYNIC_TOKEN</c>, or a random one.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Where the start token is kept for client commands; null: the user's runtime or state folder.</summary>
    public string? TokenDirectory { get; init; }

    /// <summary>Gets a line of JSON for each change and each look at what not everybody may see; null: only the log and the API have them.</summary>
    public string? AuditFile { get; init; }

    /// <summary>Keeps fault rules that persist; null: none can.</summary>
    public string? FaultStateFile { get; init; }

    /// <summary>No fault rule can be armed before the kill switch is released.</summary>
    public bool KillSwitch { get; init; }

    /// <summary>Host names besides the loopback's that requests may carry.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Of one caller to the API, on average; 0: no limit.</summary>
    public int RequestsPerSecond { get; init; } = 500;

    /// <summary>Of one caller at once.</summary>
    public int RequestBurst { get; init; } = 2000;

    public bool ExitWithGuest { get; init; }

    public IReadOnlyList<PartitionSettings> Partitions { get; init; } = [new PartitionSettings()];
}

/// <summary>One partition, as asked for.</summary>
internal sealed record PartitionSettings
{
    public const string DefaultName = "demo";
    public const int DemoMemoryMiB = 16;

    /// <summary>Of a guest from a file: enough for a Linux kernel with a small initrd.</summary>
    public const int FileMemoryMiB = 256;

    public string Name { get; init; } = DefaultName;

    /// <summary>Null: the first that works here.</summary>
    public BackendKind? Backend { get; init; }

    public SynicDialect Dialect { get; init; } = SynicDialect.OpenVmm;

    public int MemoryMiB { get; init; } = DemoMemoryMiB;

    public int Vps { get; init; } = 2;

    /// <summary>See <see cref="Backends.PartitionOptions.OfferTimers"/>; null: as the guest wants it.</summary>
    public bool? Timers { get; init; }

    /// <summary>A guest that reboots is started again; otherwise that is its end.</summary>
    public bool RestartOnReboot { get; init; }

    public SerialTarget Serial { get; init; } = SerialTarget.Stdio;

    public GuestSettings Guest { get; init; } = new(GuestSettings.Demo, 4);

    /// <summary>Null: there is no VMBus.</summary>
    public VmBusOptions? VmBus { get; init; }

    public IReadOnlyList<PortSettings> Ports { get; init; } = [];
}

/// <param name="Kind"><see cref="Demo"/>, <see cref="None"/> or <see cref="File"/>.</param>
/// <param name="RoundsPerSecond">How lively the demo guest is.</param>
internal sealed record GuestSettings(string Kind, int RoundsPerSecond)
{
    public const string Demo = "demo";
    public const string None = "none";
    public const string File = "file";

    /// <summary>Of <see cref="File"/>.</summary>
    public FileGuestOptions? Image { get; init; }
}

/// <summary>Where the guest's serial output goes, besides the ring that the API shows.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Path">Of <see cref="SerialKind.File"/>.</param>
internal readonly record struct SerialTarget(SerialKind Kind, string? Path = null)
{
    public static readonly SerialTarget Stdio = new(SerialKind.Stdio);
}

internal enum SerialKind
{
    Stdio,
    None,
    File,
}

/// <summary>A port with a built-in handler that a partition has from the start.</summary>
internal sealed record PortSettings(ConnectionId Connection, string Handler, Vtl MinimumVtl);
