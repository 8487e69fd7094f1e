using Microsoft.Extensions.DependencyInjection;
using Synic.Daemon.Inspection;
using Synic.Inspection;

namespace Synic.Daemon.Tests.Inspection;

/// <summary>A branch that does what a test says.</summary>
internal sealed class TestBranch(Action<InspectResponse> inspect) : IInspectable
{
    private int _looks;

    /// <summary>How often it was asked.</summary>
    public int Looks => Volatile.Read(ref _looks);

    public void Inspect(InspectResponse node)
    {
        Interlocked.Increment(ref _looks);
        inspect(node);
    }
}

/// <summary>A branch that does not answer until it is let go.</summary>
internal sealed class StuckBranch : IInspectable, IDisposable
{
    private readonly ManualResetEventSlim _gate = new();

    public void Inspect(InspectResponse node)
    {
        _gate.Wait();
        node.Field("value", 1, InspectTraits.Safe);
    }

    public void LetGo() => _gate.Set();

    public void Dispose() => _gate.Set(); // whoever waits in it may come later than this
}

internal static class TreeExtensions
{
    public const string Tree = TestDaemon.Partition + "/inspect";

    /// <summary>Puts a branch called "test" into the tree of every partition.</summary>
    public static T Grow<T>(this TestDaemon daemon, T branch)
        where T : IInspectable
    {
        daemon.Services.GetRequiredService<InspectTrees>().Add("test", branch);
        return branch;
    }

    public static TestBranch Grow(this TestDaemon daemon, Action<InspectResponse> branch) => daemon.Grow(new TestBranch(branch));
}
