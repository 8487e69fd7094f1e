using System.Text;
using Synic.Memory;

namespace Synic.Guests.Loaders;

/// <summary>Where a module lies, and what it is called, cut to what the page of names has room for.</summary>
internal readonly record struct PlacedModule(ulong Start, ulong Length, byte[] Name);

/// <summary>The files that come with a guest's own: an initrd, or any number of modules.</summary>
internal sealed class GuestModules : IDisposable
{
    /// <summary>Their list and their names have a place in one page.</summary>
    public const int Max = 16;

    /// <summary>For each name, with the zero at its end.</summary>
    public const int NameBytes = 0x80;

    private readonly List<GuestImageFile> _files = [];

    private GuestModules()
    {
    }

    /// <exception cref="GuestImageException">One cannot be opened, or there are too many.</exception>
    public static GuestModules Open(GuestImageFile guest, IReadOnlyList<string> paths)
    {
        if (paths.Count > Max)
        {
            throw guest.Broken($"comes with {paths.Count} modules; {Max} is the limit");
        }

        var modules = new GuestModules();
        try
        {
            foreach (var path in paths)
            {
                modules._files.Add(GuestImageFile.Open(path));
            }

            return modules;
        }
        catch
        {
            modules.Dispose();
            throw;
        }
    }

    /// <summary>The initrd of a guest that takes no more than this one.</summary>
    public GuestImageFile? Initrd(GuestImageFile guest) => _files.Count <= 1
        ? _files.FirstOrDefault()
        : throw guest.Broken($"is a Linux kernel, which takes one initrd, not {_files.Count}");

    /// <summary>Puts each on pages behind everything else, in the order they were given.</summary>
    public IReadOnlyList<PlacedModule> Place(IGuestMemory memory, GuestPlacement placement)
    {
        var placed = new List<PlacedModule>(_files.Count);
        foreach (var file in _files)
        {
            var start = placement.AddBehind(file, "the module");
            file.CopyTo(memory, start, 0, (ulong)file.Length, "the module");
            var name = Encoding.UTF8.GetBytes(file.Name);
            placed.Add(new PlacedModule(start.Value, (ulong)file.Length, name[..Math.Min(name.Length, NameBytes - 1)]));
        }

        return placed;
    }

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }
}
