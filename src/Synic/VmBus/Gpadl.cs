using System.Runtime.InteropServices;
using Synic.Hv;
using Synic.Memory;

namespace Synic.VmBus;

/// <summary>A stretch of guest memory inside a GPADL.</summary>
/// <param name="ByteCount">Its length.</param>
/// <param name="ByteOffset">Where it begins in the first page.</param>
/// <param name="Pages">Page numbers, all of them in guest memory.</param>
internal sealed record GpadlRange(uint ByteCount, uint ByteOffset, ulong[] Pages);

/// <summary>A list of guest pages under a number that the guest chose; arrives in several messages.</summary>
internal sealed class Gpadl(uint id, uint channel, int expectedWords, int rangeCount)
{
    // Grows with what arrives, not with what the header announces.
    private readonly List<ulong> _words = [];

    public uint Id => id;

    public uint Channel => channel;

    /// <summary>What it may grow to, in words of 8 bytes; counted against the limit from the start.</summary>
    public int ExpectedWords => expectedWords;

    /// <summary>Null until all words have arrived and were found good.</summary>
    public IReadOnlyList<GpadlRange>? Ranges { get; private set; }

    public bool HasAllWords => _words.Count == expectedWords;

    /// <summary>Takes what still belongs to the GPADL; the rest of the message means nothing.</summary>
    public void Append(ReadOnlySpan<byte> words)
    {
        var values = MemoryMarshal.Cast<byte, ulong>(words);
        _words.AddRange(values[..Math.Min(values.Length, expectedWords - _words.Count)]);
    }

    /// <summary>Reads the ranges once all words are there.</summary>
    /// <returns>Null when they are good.</returns>
    public VmBusRefusal? Complete(IGuestMemory memory)
    {
        var words = CollectionsMarshal.AsSpan(_words);
        var ranges = new List<GpadlRange>(Math.Min(rangeCount, expectedWords));
        for (var i = 0; i < rangeCount; i++)
        {
            if (words.IsEmpty)
            {
                return VmBusRefusal.GpadlMalformed;
            }

            var byteCount = (uint)words[0];
            var byteOffset = (uint)(words[0] >> 32);
            words = words[1..];
            var pages = ((ulong)byteOffset + byteCount + Gpa.PageSize - 1) >> Gpa.PageShift;
            if (byteCount == 0 || byteOffset >= Gpa.PageSize || pages > (ulong)words.Length)
            {
                return VmBusRefusal.GpadlMalformed;
            }

            var numbers = words[..(int)pages];
            foreach (var number in numbers)
            {
                if (number > ulong.MaxValue >> Gpa.PageShift || !memory.Contains(Gpa.FromPageNumber(number), Gpa.PageSize))
                {
                    return VmBusRefusal.GpadlOutsideMemory;
                }
            }

            ranges.Add(new GpadlRange(byteCount, byteOffset, numbers.ToArray()));
            words = words[(int)pages..];
        }

        if (!words.IsEmpty)
        {
            return VmBusRefusal.GpadlMalformed;
        }

        Ranges = ranges;
        _words.Clear();
        _words.TrimExcess();
        return null;
    }
}
