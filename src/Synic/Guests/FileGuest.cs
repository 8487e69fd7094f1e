using Synic.Backends;
using Synic.Guests.Devices;
using Synic.Guests.Loaders;

namespace Synic.Guests;

/// <summary>What kind of image a guest's file is.</summary>
public enum GuestFormat
{
    /// <summary>Found out by looking.</summary>
    Auto,

    /// <summary>Multiboot 1: ELF, or flat with addresses in the header.</summary>
    Multiboot,

    /// <summary>An ELF kernel: entered by its PVH note when it was asked for and there is one, otherwise in 64-bit mode.</summary>
    Pvh,

    /// <summary>A Linux bzImage.</summary>
    Linux,
}

/// <summary>Which files a guest is made of.</summary>
public sealed record FileGuestOptions
{
    public required string Path { get; init; }

    public GuestFormat Format { get; init; } = GuestFormat.Auto;

    /// <summary>The initrd, or the modules of a multiboot or PVH guest in their order.</summary>
    public IReadOnlyList<string> InitrdPaths { get; init; } = [];

    /// <summary>The first, for a guest that takes one; null for none.</summary>
    public string? InitrdPath
    {
        get => InitrdPaths is [var first, ..] ? first : null;
        init => InitrdPaths = value is { Length: > 0 } ? [value] : [];
    }

    public string CommandLine { get; init; } = "";

    /// <summary>The time that the guest's clock shows.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>A guest that nobody here wrote, from a file, on a small machine with a serial port, ACPI and QEMU's test device.</summary>
public static class FileGuest
{
    private const ulong MinimumMemory = 2 << 20;

    /// <summary>Loads the guest into a partition that has not started.</summary>
    /// <param name="partition">Its memory is the guest's.</param>
    /// <param name="options">The files.</param>
    /// <param name="serial">Takes what it prints.</param>
    /// <exception cref="GuestImageException">It cannot be loaded, and why: one line.</exception>
    public static IGuest Load(IPartition partition, FileGuestOptions options, ISerialSink serial)
    {
        ArgumentNullException.ThrowIfNull(partition);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(serial);
        if (!partition.RunsGuestCode)
        {
            throw new GuestImageException(
                options.Path, $"a guest from a file needs virtual processors, and the backend \"{Lower(partition.Backend)}\" has none");
        }

        if (partition.Memory.Size is < MinimumMemory or > LoaderLayout.MaxMemory)
        {
            throw new GuestImageException(
                options.Path,
                $"a guest from a file gets 2 to {LoaderLayout.MaxMemory >> 20} MiB of memory, not {partition.Memory.Size >> 20}");
        }

        using var file = GuestImageFile.Open(options.Path);
        using var modules = GuestModules.Open(file, options.InitrdPaths);
        var format = options.Format == GuestFormat.Auto ? Detect(file) : options.Format;
        var placement = new GuestPlacement(partition.Memory);
        var loaded = format switch
        {
            GuestFormat.Multiboot => MultibootLoader.Load(partition.Memory, placement, file, modules, options.CommandLine),
            GuestFormat.Pvh => PvhLoader.Load(
                partition.Memory, placement, file, modules, options.CommandLine, preferNote: options.Format == GuestFormat.Pvh),
            GuestFormat.Linux => LinuxLoader.Load(partition.Memory, placement, file, modules, options.CommandLine),
            _ => throw new ArgumentException("no such guest format", nameof(options)),
        };
        AcpiTables.Write(partition.Memory, partition.VpCount);
        return new LoadedFileGuest(partition, options, serial, format, $"{file.Name}: {loaded.Description}", loaded.Boot);
    }

    /// <summary>
    /// Whether a guest gains by synthetic timers. A Linux kernel has the APIC's timer, which costs no exit, and once it
    /// ticks by Hyper-V timers it cannot unload its VMBus driver.
    /// </summary>
    /// <exception cref="GuestImageException">The file cannot be read, or is of no known kind.</exception>
    public static bool WantsTimers(FileGuestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var file = GuestImageFile.Open(options.Path);
        return (options.Format == GuestFormat.Auto ? Detect(file) : options.Format) == GuestFormat.Multiboot;
    }

    /// <exception cref="GuestImageException">It is of no known kind.</exception>
    internal static GuestFormat Detect(GuestImageFile file)
    {
        var head = file.ReadHead(MultibootHeader.SearchBytes);
        return LinuxLoader.IsBzImage(head) ? GuestFormat.Linux
            : MultibootHeader.TryFind(head, out _) ? GuestFormat.Multiboot
            : ElfImage.IsElf(head) ? GuestFormat.Pvh
            : throw file.Broken(
                head.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "is compressed by gzip; unpack it first"
                : "is of no known kind: neither a multiboot image, nor an ELF file, nor a Linux bzImage");
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private sealed class LoadedFileGuest : IGuest
    {
        private readonly HypervTestDevice _testDevice;
        private readonly MachineDevices _devices;

        public LoadedFileGuest(
            IPartition partition, FileGuestOptions options, ISerialSink serial, GuestFormat format, string description, VpBootState boot)
        {
            _testDevice = new HypervTestDevice(partition.Ports, partition.Synic);
            _devices = new MachineDevices(partition, serial, options.Time, _testDevice);
            partition.Devices = _devices;
            partition.BootState = boot;
            Kind = Lower(format);
            Description = description;
        }

        public string Kind { get; }

        public bool Simulated => false;

        public string Description { get; }

        public ISerialInput SerialInput => _devices.Serial;

        public void Dispose() => _testDevice.Dispose();
    }
}
