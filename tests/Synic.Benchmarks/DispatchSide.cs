namespace Synic.Benchmarks;

/// <summary>One of the designs that are compared, filled with the ports of one workload.</summary>
internal abstract class DispatchSide(string name) : IDisposable
{
    public string Name => name;

    /// <summary>Dispatches a number of calls in a loop of its own.</summary>
    /// <param name="thread">Which of the threads that run at once, from 0.</param>
    /// <param name="calls">How many.</param>
    /// <returns>How many of them succeeded: all or none.</returns>
    public abstract int Run(int thread, int calls);

    public abstract void Dispose();
}
