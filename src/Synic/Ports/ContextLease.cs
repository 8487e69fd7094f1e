namespace Synic.Ports;

/// <summary>
/// A <see cref="DispatchContext"/> lent to a thread that is no VP, such as a request of the API. It cannot outlive the
/// method, nor an await: the thread that rented is the one that dispatches.
/// </summary>
public readonly ref struct ContextLease
{
    private readonly ContextSet _contexts;
    private readonly int _lease;

    internal ContextLease(ContextSet contexts, DispatchContext context)
    {
        _contexts = contexts;
        _lease = context.Lease;
        Context = context;
    }

    public DispatchContext Context { get; }

    public void Dispose() => _contexts.Return(Context, _lease);
}
