using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Synic.Hv;
using Synic.Interop;

namespace Synic.Ports;

/// <summary>
/// Connection id to place in two levels. Finding takes no lock; a page is made by a registration, never by a guest,
/// and an unknown id mostly ends at the first level.
/// </summary>
internal struct ConnectionTable<T>()
{
    private const int PageShift = 11; // VMBus channels, 0x2001 to 0x27ff, fill a page
    private const int PageSize = 1 << PageShift;

    private const int PageCount = (int)(ConnectionId.MaxValue >> PageShift) + 1;

    private readonly T[]?[] _pages = new T[PageCount][];
    private T? _nobody; // never written

    /// <summary>The place of a connection; an empty one when there is none, also for an id of more than 24 bits.</summary>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T? Find(ConnectionId connection)
    {
        var pages = _pages;
        var index = connection.Value >> PageShift;
        if (index < (uint)pages.Length && Volatile.Read(in pages[index]) is { } page)
        {
            return ref page[connection.Value & (PageSize - 1)]!;
        }

        return ref _nobody;
    }

    /// <summary>The place of a connection that <see cref="GetOrAdd"/> has made room for, without the checks of <see cref="Find"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ref T FindReserved(ConnectionId connection)
    {
        var page = Volatile.Read(in AlignedArray.At(_pages, connection.Value >> PageShift, PageCount - 1));
        return ref AlignedArray.At(page!, connection.Value, PageSize - 1);
    }

    /// <summary>The place of a valid connection, to write to. One writer at a time.</summary>
    public readonly ref T? GetOrAdd(ConnectionId connection)
    {
        ref var page = ref _pages[connection.Value >> PageShift];
        if (page is null)
        {
            Volatile.Write(ref page, new T[PageSize]);
        }

        return ref page![connection.Value & (PageSize - 1)]!;
    }

    /// <summary>The pages in the order of their ids; null where no connection ever was.</summary>
    public readonly ReadOnlySpan<T[]?> Pages => _pages;
}
