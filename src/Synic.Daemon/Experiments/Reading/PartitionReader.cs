using System.Globalization;
using System.Text.Json;
using Synic.Daemon.Configuration;

namespace Synic.Daemon.Experiments.Reading;

/// <summary>Reads the member <c>partition</c>: the keys of the daemon's configuration, checked by the daemon's own reader.</summary>
internal static class PartitionReader
{
    private const string Member = "partition";
    private const string Prefix = DaemonSettings.Section + ":Partitions:0";

    // What names a file is meant from the experiment's folder.
    private static readonly string[] s_files = ["Guest:Path", "Guest:Initrd"];

    public static (string Name, Dictionary<string, string?> Configuration) Read(
        StrictObject root, string folder, ExperimentOverrides overrides, Mistakes mistakes)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (root.Value(Member) is { ValueKind: JsonValueKind.Object } json)
        {
            Flatten(json, Prefix, root.PathOf(Member), values, mistakes);
        }
        else if (root.Has(Member))
        {
            root.Mistake(Member, "is an object with the keys of the configuration's Synic:Partitions: backend, guest, memoryMiB, vps, vmBus, ports, …");
        }

        foreach (var key in values.Keys.Where(IsFile).ToList())
        {
            values[key] = Path.Combine(folder, values[key] ?? "");
        }

        Override(values, overrides);
        values.TryAdd($"{Prefix}:Serial", "none");
        foreach (var (key, file) in values.Where(v => IsFile(v.Key) && !File.Exists(v.Value)))
        {
            mistakes.Add(PathOf(key), $"names no file: there is no {file}");
        }

        // It ends when the experiment does. Nobody else asks this daemon.
        values[$"{DaemonSettings.Section}:Lab"] = "true";
        values[$"{DaemonSettings.Section}:RequestsPerSecond"] = "0";
        values[$"{DaemonSettings.Section}:Urls"] = "http://127.0.0.1:0";
        try
        {
            var settings = SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
            return (settings.Partitions[0].Name, values);
        }
        catch (SettingsException e)
        {
            foreach (var mistake in e.Mistakes)
            {
                var end = mistake.IndexOf(' ', StringComparison.Ordinal);
                mistakes.Add(PathOf(mistake[..end]), mistake[(end + 1)..]);
            }

            return (PartitionSettings.DefaultName, values);
        }
    }

    private static void Override(Dictionary<string, string?> values, ExperimentOverrides overrides)
    {
        Set("Guest:Path", overrides.Guest is { } guest ? Path.GetFullPath(guest) : null);
        if (overrides.Initrd is { } initrd)
        {
            foreach (var key in values.Keys.Where(static k => k.StartsWith($"{Prefix}:Guest:Initrd", StringComparison.OrdinalIgnoreCase)).ToList())
            {
                values.Remove(key); // it may have been a list
            }

            Set("Guest:Initrd", Path.GetFullPath(initrd));
        }

        Set("Guest:Append", overrides.Append);
        Set("Backend", overrides.Backend);

        void Set(string key, string? value)
        {
            if (value is not null)
            {
                values[$"{Prefix}:{key}"] = value;
            }
        }
    }

    private static void Flatten(JsonElement json, string key, string path, Dictionary<string, string?> values, Mistakes mistakes)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    if (member.Name.Contains(':', StringComparison.Ordinal))
                    {
                        mistakes.Add($"{path}.{member.Name}", "has a ':' in its name: nest objects instead");
                        continue;
                    }

                    Flatten(member.Value, $"{key}:{member.Name}", $"{path}.{member.Name}", values, mistakes);
                }

                break;
            case JsonValueKind.Array:
                foreach (var (i, item) in json.EnumerateArray().Index())
                {
                    Flatten(item, string.Create(CultureInfo.InvariantCulture, $"{key}:{i}"), $"{path}[{i}]", values, mistakes);
                }

                break;
            case JsonValueKind.Null:
                mistakes.Add(path, "is null: leave it out instead");
                break;
            default:
                if (!values.TryAdd(key, json.ToString()))
                {
                    mistakes.Add(path, "is given twice: upper and lower case do not matter here");
                }

                break;
        }
    }

    private static bool IsFile(string key) =>
        key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        && s_files.Any(f => string.Equals(key[(Prefix.Length + 1)..], f, StringComparison.OrdinalIgnoreCase)
            || key[(Prefix.Length + 1)..].StartsWith(f + ":", StringComparison.OrdinalIgnoreCase));

    // Synic:Partitions:0:Ports:1:Kind is $.partition.ports[1].kind.
    private static string PathOf(string key)
    {
        var rest = key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? key[Prefix.Length..].Trim(':') : key;
        var path = $"$.{Member}";
        foreach (var part in rest.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            path += char.IsAsciiDigit(part[0]) ? $"[{part}]" : $".{JsonNamingPolicy.CamelCase.ConvertName(part)}";
        }

        return path;
    }
}
