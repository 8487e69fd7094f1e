using System.Globalization;
using Synic.VmBus;

namespace Synic.Daemon.Configuration;

/// <summary>Reads whether a partition has a VMBus, and which.</summary>
internal static class VmBusReader
{
    private static readonly string[] s_otherKeys = ["MaxVersion", "MonitorIds", "Heartbeat", "Echo"];

    /// <param name="section">Of the partition.</param>
    /// <param name="byDefault">There is one unless it says otherwise.</param>
    /// <param name="vps">Of the partition.</param>
    /// <returns>Null for none.</returns>
    public static VmBusOptions? Read(StrictSection section, bool byDefault, int vps)
    {
        var enabled = section.Word("Enabled", byDefault ? 0 : 1, "on", "off", "true", "false") is 0 or 2;
        var options = new VmBusOptions { VpCount = vps };
        options = options with
        {
            MaxVersion = ReadVersion(section, options.MaxVersion),
            MonitorIds = section.Flag("MonitorIds", options.MonitorIds),
            Echo = section.Flag("Echo", options.Echo),
        };
        options = ReadHeartbeat(section, options);
        if (!enabled && !section.Has("Enabled"))
        {
            RefuseOtherKeys(section);
        }

        section.RefuseUnknownKeys();
        return enabled ? options : null;
    }

    // They would silently have no effect.
    private static void RefuseOtherKeys(StrictSection section)
    {
        foreach (var key in s_otherKeys.Where(section.Has))
        {
            section.Mistake(key, "needs a VMBus, which a guest like this has only with Enabled (--vmbus on)");
        }
    }

    private static VmBusOptions ReadHeartbeat(StrictSection section, VmBusOptions options)
    {
        const double Shortest = 0.01;
        const double Longest = 3600;
        switch (section.Text("Heartbeat")?.ToLowerInvariant())
        {
            case null:
                return options;
            case "on" or "true":
                return options with { Heartbeat = true };
            case "off" or "false":
                return options with { Heartbeat = false };
            case var text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
                && seconds is >= Shortest and <= Longest:
                return options with { Heartbeat = true, HeartbeatPeriod = TimeSpan.FromSeconds(seconds) };
            case var text:
                section.Mistake(
                    "Heartbeat", string.Create(CultureInfo.InvariantCulture, $"is on, off, or seconds between two beats from {Shortest} to {Longest}, not '{text}'"));
                return options;
        }
    }

    private static VmBusVersion ReadVersion(StrictSection section, VmBusVersion otherwise)
    {
        if (section.Text("MaxVersion") is not { } text)
        {
            return otherwise;
        }

        if (!VmBusVersion.TryParse(text, out var version))
        {
            section.Mistake("MaxVersion", $"is {string.Join(", ", VmBusVersion.All)}, not '{text}'");
        }

        return version;
    }
}
