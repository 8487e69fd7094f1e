using System.Runtime.CompilerServices;
using Synic.Hv;
using Synic.Interop;

namespace Synic.Ports;

/// <summary>
/// A context's <see cref="ConnectionTable{T}"/> of what a call needs, with a load, a check and a cache line less: the
/// first level lies in the context itself, and no entry straddles two lines.
/// </summary>
internal struct PortTable
{
    private const int PageShift = 11; // VMBus channels, 0x2001 to 0x27ff, fill a page
    private const int PageSize = 1 << PageShift;
    private const int PageCount = (int)(ConnectionId.MaxValue >> PageShift) + 1;
    private const int EntrySize = 32;

    private Root _pages;

    /// <summary>The page that a connection belongs to; null when it has none, also for an id of more than 24 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly PortEntry[]? FindPage(ConnectionId connection)
    {
        var index = connection.Value >> PageShift;
        return index < PageCount ? Volatile.Read(in _pages[(int)index]) : null;
    }

    /// <summary>A connection's place in its page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref PortEntry At(PortEntry[] page, ConnectionId connection) =>
        ref AlignedArray.At(page, connection.Value, PageSize - 1); // all pages are made below

    /// <summary>
    /// Puts a copy in the place of a connection's page, for everybody but who holds the old one. For the thread of the
    /// context: nobody else counts in it meanwhile.
    /// </summary>
    public void Leave(ConnectionId connection)
    {
        ref var page = ref _pages[(int)(connection.Value >> PageShift)];
        if (page is not null)
        {
            Volatile.Write(ref page, (PortEntry[])page.Clone()); // not aligned, or a loop of this would fill the heap
        }
    }

    /// <summary>Makes room for a valid connection. One writer at a time.</summary>
    public void Reserve(ConnectionId connection)
    {
        ref var page = ref _pages[(int)(connection.Value >> PageShift)];
        if (page is null)
        {
            Volatile.Write(ref page, AlignedArray.Allocate<PortEntry>(PageSize, EntrySize));
        }
    }

    [InlineArray(PageCount)]
    private struct Root
    {
        private PortEntry[]? _first;
    }
}
