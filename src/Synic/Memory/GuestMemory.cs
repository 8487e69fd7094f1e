using System.Runtime.InteropServices;
using Synic.Hv;
using Synic.Interop;

namespace Synic.Memory;

/// <summary>Guest RAM in one block of this process, from GPA 0.</summary>
public sealed class GuestMemory : IGuestMemory
{
    private readonly MemoryMapping _mapping;

    /// <param name="bytes">Rounded up to whole pages.</param>
    public GuestMemory(ulong bytes)
    {
        _mapping = MemoryMapping.Allocate(checked((nuint)bytes));
        Size = _mapping.Length;
    }

    public ulong Size { get; }

    /// <summary>For the backend that maps it into a VM.</summary>
    internal MemoryMapping Mapping => _mapping;

    public bool Contains(Gpa gpa, ulong length) => gpa.Value <= Size && length <= Size - gpa.Value;

    public bool TryRead(Gpa gpa, Span<byte> destination)
    {
        if (!Contains(gpa, (ulong)destination.Length))
        {
            return false;
        }

        _mapping.Span((nuint)gpa.Value, destination.Length).CopyTo(destination);
        GC.KeepAlive(_mapping);
        return true;
    }

    public bool TryWrite(Gpa gpa, ReadOnlySpan<byte> source)
    {
        if (!Contains(gpa, (ulong)source.Length))
        {
            return false;
        }

        source.CopyTo(_mapping.Span((nuint)gpa.Value, source.Length));
        GC.KeepAlive(_mapping);
        return true;
    }

    public bool TryReadUInt32(Gpa gpa, out uint value)
    {
        if (!TryWord(gpa, out var word))
        {
            value = 0;
            return false;
        }

        value = Volatile.Read(ref word[0]);
        GC.KeepAlive(_mapping);
        return true;
    }

    public bool TryWriteUInt32(Gpa gpa, uint value)
    {
        if (!TryWord(gpa, out var word))
        {
            return false;
        }

        Volatile.Write(ref word[0], value);
        GC.KeepAlive(_mapping);
        return true;
    }

    public bool TryOrUInt32(Gpa gpa, uint bits, out uint previous)
    {
        if (!TryWord(gpa, out var word))
        {
            previous = 0;
            return false;
        }

        previous = Interlocked.Or(ref word[0], bits);
        GC.KeepAlive(_mapping);
        return true;
    }

    /// <summary>Gives the physical memory back when the partition ends; later reads give zeros.</summary>
    internal void Discard() => _mapping.Discard();

    private bool TryWord(Gpa gpa, out Span<uint> word)
    {
        if ((gpa.Value & 3) != 0 || !Contains(gpa, sizeof(uint)))
        {
            word = default;
            return false;
        }

        word = MemoryMarshal.Cast<byte, uint>(_mapping.Span((nuint)gpa.Value, sizeof(uint)));
        return true;
    }
}
