using Synic.Guests;

namespace Synic.Daemon.Configuration;

/// <summary>Reads what runs in a partition: the demo, nobody, or a guest from a file.</summary>
internal static class GuestReader
{
    private static readonly string[] s_fileKeys = ["Format", "Initrd", "Append"];

    public static GuestSettings Read(StrictSection section)
    {
        var path = section.Text("Path");
        var kind = section.Text("Kind") ?? (path is null ? GuestSettings.Demo : GuestSettings.File);
        if (kind is not (GuestSettings.Demo or GuestSettings.None or GuestSettings.File))
        {
            section.Mistake("Kind", $"is demo, none or file, not '{kind}'; which file is said by Path (--guest FILE)");
        }

        var settings = new GuestSettings(kind, section.Number("RoundsPerSecond", 1, 1000, 4));
        if (kind == GuestSettings.File)
        {
            settings = settings with { Image = ReadImage(section, path) };
        }
        else
        {
            RefuseFileKeys(section, kind, path);
        }

        section.RefuseUnknownKeys();
        return settings;
    }

    private static FileGuestOptions ReadImage(StrictSection section, string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            section.Mistake("Path", "is missing: the file of the guest");
        }

        var initrds = section.Values("Initrd");
        if (initrds.Contains(""))
        {
            section.Mistake("Initrd", "is the name of a file, or a list of such; leave it out for none");
        }

        return new FileGuestOptions
        {
            Path = path ?? "",
            Format = (GuestFormat)section.Word("Format", 0, "auto", "multiboot", "pvh", "linux"),
            InitrdPaths = initrds,
            CommandLine = section.Text("Append") ?? "",
        };
    }

    private static void RefuseFileKeys(StrictSection section, string kind, string? path)
    {
        if (path is not null)
        {
            section.Mistake("Path", $"belongs to a guest from a file, but Kind is '{kind}'");
        }

        foreach (var key in s_fileKeys.Where(k => section.Values(k).Count > 0))
        {
            section.Mistake(key, "belongs to a guest from a file: say which with Path (--guest FILE)");
        }
    }
}
