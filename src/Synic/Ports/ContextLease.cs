namespace Synic.Ports;

/// <summary>A <see cref="DispatchContext"/> lent to a thread that is no VP, such as a request of the API.</summary>
public readonly struct ContextLease : IDisposable, IEquatable<ContextLease>
{
    private readonly SynicPortMap _map;

    internal ContextLease(SynicPortMap map, DispatchContext context)
    {
        _map = map;
        Context = context;
    }

    public DispatchContext Context { get; }

    public void Dispose() => _map.Return(Context);

    public bool Equals(ContextLease other) => ReferenceEquals(Context, other.Context);

    public override bool Equals(object? obj) => obj is ContextLease other && Equals(other);

    public override int GetHashCode() => Context.GetHashCode();

    public static bool operator ==(ContextLease left, ContextLease right) => left.Equals(right);

    public static bool operator !=(ContextLease left, ContextLease right) => !left.Equals(right);
}
