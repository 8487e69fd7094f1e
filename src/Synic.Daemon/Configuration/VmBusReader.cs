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
            Heartbeat = section.Flag("Heartbeat", options.Heartbeat),
            Echo = section.Flag("Echo", options.Echo),
        };
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
