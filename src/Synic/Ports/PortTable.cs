using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Synic.Hv;

namespace Synic.Ports;

/// <summary>
/// Connection id to entry in two levels of 4096. Finding takes no lock; a page is made by a registration, never by a
/// guest, and an unknown id mostly ends at the first level.
/// </summary>
internal struct PortTable()
{
    private const int PageShift = 12;
    private const int PageSize = 1 << PageShift;

    private readonly PortEntry[]?[] _pages = new PortEntry[PageSize][];
    private PortEntry _nobody; // never written

    /// <summary>The entry of a connection; an empty one when there is none, also for an id of more than 24 bits.</summary>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref PortEntry Find(ConnectionId connection)
    {
        var pages = _pages;
        var index = connection.Value >> PageShift;
        if (index < (uint)pages.Length && Volatile.Read(in pages[index]) is { } page)
        {
            return ref page[connection.Value & (PageSize - 1)];
        }

        return ref _nobody;
    }

    /// <summary>The entry of a valid connection, to write to. One writer at a time.</summary>
    public readonly ref PortEntry GetOrAdd(ConnectionId connection)
    {
        ref var page = ref _pages[connection.Value >> PageShift];
        if (page is null)
        {
            Volatile.Write(ref page, new PortEntry[PageSize]);
        }

        return ref page![connection.Value & (PageSize - 1)];
    }

    /// <summary>All registrations by connection id. One caller at a time, while nobody writes.</summary>
    public readonly PortRegistration[] ToArray(int count)
    {
        var registrations = new PortRegistration[count];
        var filled = 0;
        foreach (var page in _pages)
        {
            foreach (ref readonly var entry in page.AsSpan())
            {
                if (entry.Access != 0)
                {
                    registrations[filled++] = entry.Port!.Registration;
                }
            }
        }

        return registrations;
    }
}

/// <summary>What the table holds for a connection: a port, and in one word all that decides whether it is called.</summary>
internal struct PortEntry
{
    private ulong _access;

    /// <summary>Written before <see cref="Access"/> is set, and cleared after all callbacks have ended.</summary>
    public Port? Port;

    /// <summary>See <see cref="PortAccess"/>; 0 while there is no port. Set last, and taken away first.</summary>
    public ulong Access
    {
        readonly get => Volatile.Read(in _access);
        set => Volatile.Write(ref _access, value);
    }
}

/// <summary>
/// Kind, minimum VTL and slot of a port in one word, so that one comparison answers "is it there, of this kind, and
/// may this VTL call it": bits 31:0 the slot, 47:32 for posts and 63:48 for signals 256 less the minimum VTL, or 0
/// when the port does not answer that call.
/// </summary>
internal static class PortAccess
{
    private const int AnyVtl = 256; // more than a Vtl can be, valid or not
    private const int PostShift = 32;
    private const int SignalShift = 48;

    public static ulong Create(PortKind kind, Vtl minimumVtl, int slot) =>
        (uint)slot | ((ulong)(AnyVtl - minimumVtl.Value) << (kind == PortKind.Message ? PostShift : SignalShift));

    public static int Slot(ulong access) => (int)(uint)access;

    public static bool MayPost(ulong access, Vtl vtl) => (uint)(ushort)(access >> PostShift) + vtl.Value >= AnyVtl;

    public static bool MaySignal(ulong access, Vtl vtl) => (uint)(access >> SignalShift) + vtl.Value >= AnyVtl;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsKind(ulong access, PortKind kind) =>
        (ushort)(access >> (kind == PortKind.Message ? PostShift : SignalShift)) != 0;
}
