using System.Runtime.CompilerServices;
using Synic.Hv;

namespace Synic.Ports;

/// <summary>
/// The armed fault rules of a partition, as its dispatch sees them: an immutable picture, and a filter in front of it
/// that costs a call which no rule can mean one load.
/// </summary>
public abstract class FaultPlan
{
    private FilterBytes _filter; // a bit for each operation; the place is given by the low bits of the connection id
    private readonly uint _operations;

    /// <param name="filter">For each place the operations that a rule may mean: <see cref="Places"/> bytes.</param>
    protected FaultPlan(ReadOnlySpan<byte> filter)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(filter.Length, Places, nameof(filter));
        filter.CopyTo(_filter);
        foreach (var operations in filter)
        {
            _operations |= operations;
        }
    }

    /// <summary>Places of the filter; a power of two.</summary>
    protected const int Places = 1 << 12;

    /// <summary>What becomes of a call. Called on the thread that makes it, with no lock held.</summary>
    public abstract FaultEffect Decide(in FaultCall call);

    /// <summary>A port has just been registered.</summary>
    public virtual void Registered(PortRegistration registration)
    {
    }

    protected static int PlaceOf(ConnectionId connection) => (int)(connection.Value & (Places - 1));

    /// <summary>Whether <see cref="Decide"/> has to be asked about a call to this connection.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Concerns(FaultOperation operation, ConnectionId connection) =>
        (_filter[PlaceOf(connection)] & (1 << (int)operation)) != 0;

    /// <summary>Whether <see cref="Decide"/> has to be asked about such a call.</summary>
    internal bool Concerns(FaultOperation operation) => (_operations & (1U << (int)operation)) != 0;

    [InlineArray(Places)]
    private struct FilterBytes
    {
        private byte _first;
    }
}

/// <summary>
/// Where the dispatch of one partition looks for its fault plan. Everything that dispatches holds the same one; while no
/// rule is armed it costs a null check.
/// </summary>
public sealed class FaultPoint
{
    private FaultPlan? _plan;

    /// <summary>Read once for each call: a call sees one picture of the rules.</summary>
    public FaultPlan? Plan
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _plan);
        set => Volatile.Write(ref _plan, value);
    }

    /// <summary>The plan, if it has anything to say about such calls.</summary>
    internal FaultPlan? PlanFor(FaultOperation operation) => Plan is { } plan && plan.Concerns(operation) ? plan : null;
}
