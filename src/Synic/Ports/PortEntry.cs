using System.Runtime.CompilerServices;
using Synic.Hv;

namespace Synic.Ports;

/// <summary>
/// What a context holds for a connection: the port, in one word all that decides whether it is called, and what this
/// context counts of the calls. All that a signal needs, in half a cache line; the rest is in <see cref="PortSide"/>.
/// </summary>
/// <remarks>
/// Whoever registers writes the first two, the thread of the context the counters; when a port leaves they are cleared
/// by whoever removes it, after the last callback.
/// </remarks>
internal struct PortEntry
{
    private ulong _access;

    /// <summary>Written before <see cref="Access"/> is set, and cleared after all callbacks have ended.</summary>
    public Port? Port;

    /// <summary>Calls that the port took.</summary>
    public long Calls;

    /// <summary>When the last one was, or was denied, in ticks of <see cref="DispatchContext.Timestamp"/>.</summary>
    public long LastActivity;

    /// <summary>See <see cref="PortAccess"/>; 0 while there is no port. Set last, and taken away first.</summary>
    public ulong Access
    {
        readonly get => Volatile.Read(in _access);
        set => Volatile.Write(ref _access, value);
    }
}

/// <summary>What a context counts for a connection and a signal does not need.</summary>
internal struct PortSide
{
    public long Denied;

    /// <summary>Payload of the posts that the port took.</summary>
    public long Bytes;
}

/// <summary>
/// Kind, minimum VTL and generation of a port in one word, so that one comparison answers "is it there, of this kind,
/// and may this VTL call it", and another "is it still the same": bits 45:0 the generation, 54:46 for posts and 63:55
/// for signals 256 less the minimum VTL, or 0 when the port does not answer that call.
/// </summary>
internal static class PortAccess
{
    private const uint AnyVtl = 256; // more than a Vtl can be, valid or not
    private const int PostShift = 46; // registering for a year without a pause does not use the generations up
    private const int SignalShift = 55;
    private const uint FieldMask = (1 << (SignalShift - PostShift)) - 1;

    public static ulong Create(PortKind kind, Vtl minimumVtl, long generation) =>
        ((ulong)generation & ((1UL << PostShift) - 1))
        | ((ulong)(AnyVtl - minimumVtl.Value) << (kind == PortKind.Message ? PostShift : SignalShift));

    public static bool MayPost(ulong access, Vtl vtl) => ((uint)(access >> PostShift) & FieldMask) + vtl.Value >= AnyVtl;

    public static bool MaySignal(ulong access, Vtl vtl) => (uint)(access >> SignalShift) + vtl.Value >= AnyVtl;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsKind(ulong access, PortKind kind) =>
        ((uint)(access >> (kind == PortKind.Message ? PostShift : SignalShift)) & FieldMask) != 0;
}
