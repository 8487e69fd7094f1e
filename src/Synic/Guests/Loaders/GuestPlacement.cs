using Synic.Hv;
using Synic.Memory;

namespace Synic.Guests.Loaders;

/// <summary>Who lies where in guest memory: refuses what overlaps or reaches beyond, and finds room for the rest.</summary>
internal sealed class GuestPlacement
{
    private readonly List<Range> _taken = [];
    private readonly IGuestMemory _memory;

    public GuestPlacement(IGuestMemory memory)
    {
        _memory = memory;
        _taken.Add(new Range(0, LoaderLayout.End, "the loader's tables"));
        _taken.Add(new Range(LoaderLayout.LowMemoryEnd, LoaderLayout.HighMemory - LoaderLayout.LowMemoryEnd, "the firmware's area"));
    }

    /// <summary>Where the last of what was placed ends.</summary>
    public ulong Top { get; private set; } = LoaderLayout.HighMemory;

    /// <exception cref="GuestImageException">It does not fit.</exception>
    public void Add(GuestImageFile file, string what, ulong start, ulong length)
    {
        if (!_memory.Contains(new Gpa(start), length))
        {
            throw file.Broken(
                $"{what} needs 0x{length:x} bytes at 0x{start:x}; guest memory ends at 0x{_memory.Size:x} ({_memory.Size >> 20} MiB)");
        }

        foreach (var other in _taken)
        {
            if (start < other.Start + other.Length && other.Start < start + length)
            {
                throw file.Broken(
                    $"{what} (0x{start:x} to 0x{start + length:x}) overlaps {other.What} "
                    + $"(0x{other.Start:x} to 0x{other.Start + other.Length:x})");
            }
        }

        _taken.Add(new Range(start, length, what));
        Top = Math.Max(Top, start + length);
    }

    /// <summary>Pages right behind everything else.</summary>
    public Gpa AddBehind(GuestImageFile file, string what)
    {
        var start = (Top + Gpa.PageSize - 1) & ~(ulong)(Gpa.PageSize - 1);
        Add(file, what, start, (ulong)file.Length);
        return new Gpa(start);
    }

    /// <summary>Pages as high as possible.</summary>
    /// <param name="file">What is to be placed, whole.</param>
    /// <param name="what">For the complaint.</param>
    /// <param name="highest">The last byte that it may use.</param>
    public Gpa AddHigh(GuestImageFile file, string what, ulong highest)
    {
        var end = Math.Min(_memory.Size, highest >= _memory.Size ? _memory.Size : highest + 1);
        if ((ulong)file.Length > end)
        {
            throw file.Broken($"{what} of 0x{file.Length:x} bytes does not fit below 0x{end:x}");
        }

        var start = (end - (ulong)file.Length) & ~(ulong)(Gpa.PageSize - 1);
        Add(file, what, start, (ulong)file.Length);
        return new Gpa(start);
    }

    private readonly record struct Range(ulong Start, ulong Length, string What);
}
