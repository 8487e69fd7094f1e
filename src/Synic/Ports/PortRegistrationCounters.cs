namespace Synic.Ports;

/// <summary>Registrations, refusals and removals of a partition's ports.</summary>
public sealed class PortRegistrationCounters
{
    private readonly long[] _added = new long[2];
    private readonly long[] _removed = new long[2];
    private readonly long[] _refused = new long[Enum.GetValues<PortRegistrationError>().Length];

    public long Added(PortKind kind) => Volatile.Read(ref _added[(int)kind]);

    public long Removed(PortKind kind) => Volatile.Read(ref _removed[(int)kind]);

    public long Refused(PortRegistrationError error) => Volatile.Read(ref _refused[(int)error]);

    internal void CountAdded(PortKind kind) => Interlocked.Increment(ref _added[(int)kind]);

    internal void CountRemoved(PortKind kind) => Interlocked.Increment(ref _removed[(int)kind]);

    internal void CountRefused(PortRegistrationError error) => Interlocked.Increment(ref _refused[(int)error]);
}
