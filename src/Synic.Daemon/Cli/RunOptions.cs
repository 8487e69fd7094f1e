using System.CommandLine;
using System.Globalization;
using Synic.Daemon.Configuration;

namespace Synic.Daemon.Cli;

/// <summary>The options of <c>synicd run</c>, and the configuration keys that they stand for.</summary>
/// <remarks>Values are not checked here: the settings' reader does it once, for options and files alike.</remarks>
internal sealed class RunOptions
{
    private const string FirstPartition = "Partitions:0";
    private const string Guest = FirstPartition + ":Guest";

    public Option<string?> Config { get; } = new("--config") { Description = "a JSON file with the same settings, in a section Synic", HelpName = "FILE" };

    private readonly List<(Option Option, string Key)> _mapped = [];

    public RunOptions(Command command)
    {
        command.Add(Config);
        Text(command, "--urls", "URL", "Urls", "where to listen, several separated by ; (default http://127.0.0.1:5080)");
        Flag(command, "--lab", "Lab", "allow to act as the guest and to make and remove ports");
        Text(command, "--backend", "KIND", "Partitions:0:Backend", "auto, kvm, whp or emulated (default auto)");
        Text(command, "--synic", "MODE", "Partitions:0:Synic", "who keeps the SynIC's state: auto, user or kernel (default auto)");
        Text(command, "--guest", "GUEST", Guest, "demo, none, or the file of a guest (default demo)");
        Text(command, "--guest-format", "FORMAT", "Partitions:0:Guest:Format", "of the file: auto, multiboot, pvh or linux (default auto)");
        Texts(command, "--initrd", "FILE", "Partitions:0:Guest:Initrd", "the guest's initrd, or a module of a multiboot or PVH guest; may be repeated for these");
        Text(command, "--append", "TEXT", "Partitions:0:Guest:Append", "the guest's command line");
        Text(command, "--demo-rate", "N", "Partitions:0:Guest:RoundsPerSecond", "rounds of the demo guest for each second, 1 to 1000 (default 4)");
        Text(command, "--memory", "MIB", "Partitions:0:MemoryMiB", "guest memory (default 16; 256 for the file of a guest)");
        Text(command, "--vps", "N", "Partitions:0:Vps", "virtual processors, 1 to 16 (default 2)");
        Text(command, "--timers", "ON", "Partitions:0:Timers", "tell the guest of synthetic timers: on, off or auto (default: not a Linux kernel, which has better)");
        Text(command, "--name", "NAME", "Partitions:0:Name", "name of the partition (default demo)");
        Flag(command, "--exit-with-guest", "ExitWithGuest", "end when the guest ends; exit status 1 when it ended badly");
        Text(command, "--on-reboot", "WHAT", "Partitions:0:OnReboot", "when the guest reboots: restart it, or end (default restart for the file of a guest without --exit-with-guest, otherwise end)");
        Text(command, "--serial", "TARGET", "Partitions:0:Serial", "the guest's serial output: stdio, none, or a file that gets the bytes as they are (default stdio)");
        Text(command, "--vmbus", "ON", "Partitions:0:VmBus:Enabled", "a VMBus for the guest: on or off (default on for the file of a guest)");
        Text(command, "--vmbus-max-version", "VERSION", "Partitions:0:VmBus:MaxVersion", "the newest VMBus version that is agreed to, as 4.1 (default 6.0)");
        Text(command, "--vmbus-heartbeat", "WHEN", "Partitions:0:VmBus:Heartbeat", "the heartbeat channel: on, off, or seconds between two beats, as 0.5 (default 2)");
        Flag(command, "--insecure-bind", "InsecureBind", "listen beyond this machine without TLS: everybody there can watch");
        Text(command, "--audit-file", "FILE", "AuditFile", "gets a line of JSON for each change through the API; what cannot be written there is refused");
        Text(command, "--fault-state", "FILE", "FaultStateFile", "keeps fault rules with \"persist\": true over restarts; they come back paused");
        Flag(command, "--kill-switch", "KillSwitch", "begin with the kill switch engaged: no fault rule can be armed before it is released");
        Text(command, "--token-file", "FILE", "TokenFile", "holds the start token (default: SYNIC_TOKEN, or a random one)");
    }

    /// <summary>What was given, as configuration.</summary>
    public Dictionary<string, string?> ToConfiguration(ParseResult parsed)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (option, key) in _mapped)
        {
            if (parsed.GetResult(option) is { Implicit: false } result)
            {
                if (result.GetValueOrDefault<object?>() is string[] { Length: > 1 } several)
                {
                    foreach (var (i, one) in several.Index())
                    {
                        values[string.Create(CultureInfo.InvariantCulture, $"{DaemonSettings.Section}:{key}:{i}")] = one;
                    }

                    continue;
                }

                var value = result.GetValueOrDefault<object?>() switch
                {
                    bool flag => flag.ToString(CultureInfo.InvariantCulture),
                    string[] texts => texts[0],
                    var text => text as string,
                };
                values[$"{DaemonSettings.Section}:{(key == Guest ? GuestKey(value) : key)}"] = value;
            }
        }

        return values;
    }

    /// <summary>The given options that describe a partition: they cannot be mixed with partitions from a file.</summary>
    public IReadOnlyList<string> PartitionOptions(ParseResult parsed) =>
    [
        .. _mapped
            .Where(m => m.Key.StartsWith(FirstPartition, StringComparison.Ordinal) && parsed.GetResult(m.Option) is { Implicit: false })
            .Select(static m => m.Option.Name),
    ];

    private static string GuestKey(string? guest) =>
        guest is null or GuestSettings.Demo or GuestSettings.None ? $"{Guest}:Kind" : $"{Guest}:Path";

    private void Text(Command command, string name, string help, string key, string description) =>
        Add(command, new Option<string?>(name) { Description = description, HelpName = help }, key);

    private void Texts(Command command, string name, string help, string key, string description) =>
        Add(command, new Option<string[]>(name) { Description = description, HelpName = help }, key);

    private void Flag(Command command, string name, string key, string description) =>
        Add(command, new Option<bool>(name) { Description = description }, key);

    private void Add(Command command, Option option, string key)
    {
        command.Add(option);
        _mapped.Add((option, key));
    }
}
