using Synic.Backends;
using Synic.Hv;

namespace Synic.Daemon.Configuration;

/// <summary>Turns the section <c>Synic</c> into settings, or says everything that is wrong with it.</summary>
internal static class SettingsReader
{
    public const int MaxPartitions = 16;
    private const int MaxMemoryMiB = 64 * 1024;

    /// <exception cref="SettingsException">At least one key is unknown or has a bad value.</exception>
    public static DaemonSettings Read(IConfiguration configuration)
    {
        var mistakes = new List<string>();
        var root = new StrictSection(configuration.GetSection(DaemonSettings.Section), mistakes);
        var urls = root.Texts("Urls");
        var exitWithGuest = root.Flag("ExitWithGuest");
        var partitions = root.Sections("Partitions").Select(p => ReadPartition(p, exitWithGuest)).ToList();
        var settings = new DaemonSettings
        {
            Urls = urls.Count == 0 ? [DaemonSettings.DefaultUrl] : urls,
            Lab = root.Flag("Lab"),
            InsecureBind = root.Flag("InsecureBind"),
            TokenFile = root.Text("TokenFile"),
            TokenDirectory = root.Text("TokenDirectory"),
            AuditFile = root.Text("AuditFile"),
            FaultStateFile = root.Text("FaultStateFile"),
            KillSwitch = root.Flag("KillSwitch"),
            AllowedHosts = root.Texts("AllowedHosts"),
            RequestsPerSecond = root.Number("RequestsPerSecond", 0, 1_000_000, 500),
            RequestBurst = root.Number("RequestBurst", 1, 1_000_000, 2000),
            ExitWithGuest = exitWithGuest,
            Partitions = partitions.Count == 0 ? [new PartitionSettings()] : partitions,
        };
        root.RefuseUnknownKeys();
        if (partitions.Count > MaxPartitions)
        {
            root.Mistake("Partitions", $"has {partitions.Count} entries, at most {MaxPartitions} are possible");
        }

        foreach (var twice in partitions.GroupBy(static p => p.Name).Where(static g => g.Count() > 1))
        {
            root.Mistake("Partitions", $"has the name '{twice.Key}' {twice.Count()} times");
        }

        mistakes.AddRange(ListenRules.Check(settings, configuration));
        return mistakes.Count == 0 ? settings : throw new SettingsException(mistakes);
    }

    private static PartitionSettings ReadPartition(StrictSection section, bool exitWithGuest)
    {
        var name = section.Text("Name") ?? PartitionSettings.DefaultName;
        if (!IsName(name))
        {
            section.Mistake("Name", $"is 1 to 32 of a-z, 0-9 and '-', beginning with a letter or digit, not '{name}'");
        }

        var guest = GuestReader.Read(section.Section("Guest"));
        var isFile = guest.Kind == GuestSettings.File;
        var vps = section.Number("Vps", 1, PartitionOptions.MaxVps, 2);
        var settings = new PartitionSettings
        {
            Name = name,
            Backend = section.Word("Backend", 0, "auto", "kvm", "whp", "emulated") switch
            {
                1 => BackendKind.Kvm,
                2 => BackendKind.Whp,
                3 => BackendKind.Emulated,
                _ => null,
            },
            Dialect = (SynicDialect)section.Word("Dialect", 0, "openvmm", "tlfs", "qemu"),
            MemoryMiB = section.Number(
                "MemoryMiB", 1, MaxMemoryMiB, isFile ? PartitionSettings.FileMemoryMiB : PartitionSettings.DemoMemoryMiB),
            Vps = vps,
            Timers = section.Word("Timers", 0, "auto", "on", "off", "true", "false") switch
            {
                0 => null,
                1 or 3 => true,
                _ => false,
            },
            // A run that waits for the guest's verdict wants to hear of a reboot, which is mostly a crash.
            RestartOnReboot = section.Word("OnReboot", isFile && !exitWithGuest ? 0 : 1, "restart", "end") == 0,
            Serial = ReadSerial(section.Text("Serial")),
            Guest = guest,
            VmBus = VmBusReader.Read(section.Section("VmBus"), isFile, vps),
            Ports = ReadPorts(section),
        };
        if (section.Word("Synic", 0, "auto", "user", "kernel") == 2)
        {
            section.Mistake("Synic", "kernel is not possible yet: this version keeps the SynIC in user mode; say auto or user");
        }

        section.RefuseUnknownKeys();
        return settings;
    }

    private static List<PortSettings> ReadPorts(StrictSection partition)
    {
        var ports = new List<PortSettings>();
        foreach (var section in partition.Sections("Ports"))
        {
            var text = section.Text("ConnectionId");
            if (!Numbers.TryParse(text, out var connection) || connection > ConnectionId.MaxValue)
            {
                section.Mistake("ConnectionId", $"is a number of 24 bits, decimal or 0x…, not '{text}'");
            }

            var handler = BuiltInHandlers.Names[section.Word("Handler", 0, [.. BuiltInHandlers.Names])];
            if (!section.Has("Handler"))
            {
                section.Mistake("Handler", $"is missing: {string.Join(", ", BuiltInHandlers.Names)}");
            }

            var kind = section.Word("Kind", -1, "message", "event");
            if (kind >= 0 && kind == 0 == BuiltInHandlers.IsEvent(handler))
            {
                section.Mistake("Kind", $"does not fit the handler '{handler}', which is for {(kind == 0 ? "event" : "message")} ports");
            }

            var vtl = section.Number("MinimumVtl", 0, Vtl.Count - 1, 0);
            ports.Add(new PortSettings(new ConnectionId(connection), handler, new Vtl((byte)vtl)));
            section.RefuseUnknownKeys();
        }

        foreach (var twice in ports.GroupBy(static p => p.Connection).Where(static g => g.Count() > 1))
        {
            partition.Mistake("Ports", $"has the connection id {twice.Key} {twice.Count()} times");
        }

        return ports;
    }

    private static SerialTarget ReadSerial(string? text) => text switch
    {
        null or "stdio" => SerialTarget.Stdio,
        "none" => new SerialTarget(SerialKind.None),
        _ => new SerialTarget(SerialKind.File, text),
    };

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 32 && name[0] != '-' && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
