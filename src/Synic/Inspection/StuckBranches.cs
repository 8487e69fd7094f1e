using System.Runtime.CompilerServices;

namespace Synic.Inspection;

/// <summary>What of one root did not come back from earlier requests: it is not asked again until it does.</summary>
internal sealed class StuckBranches
{
    /// <summary>Branches of one root that may run or wait at once, over all requests.</summary>
    public const int MaxRunning = 256;

    private static readonly ConditionalWeakTable<IInspectable, StuckBranches> s_byRoot = [];

    private readonly Lock _lock = new(); // guards _paths and the ends of branches
    private readonly Dictionary<string, int> _paths = [];
    private int _running;
    private volatile bool _any;

    public int Running => Volatile.Read(ref _running);

    public static StuckBranches Of(IInspectable root) => s_byRoot.GetValue(root, static _ => new StuckBranches());

    /// <summary>Whether the provider of an answer is still busy with an earlier request.</summary>
    public bool Contains(InspectResponse response)
    {
        if (!_any)
        {
            return false;
        }

        var path = response.PathText();
        lock (_lock)
        {
            return _paths.ContainsKey(path);
        }
    }

    public bool TryBegin()
    {
        if (Interlocked.Increment(ref _running) <= MaxRunning)
        {
            return true;
        }

        Interlocked.Decrement(ref _running);
        return false;
    }

    /// <summary>Nobody waits for the branch any more: the provider that it is in is stuck.</summary>
    public void Abandon(InspectBranch branch)
    {
        lock (_lock)
        {
            if (!branch.Ended && branch.StuckAt is null)
            {
                branch.StuckAt = branch.Current.PathText();
                _paths[branch.StuckAt] = _paths.GetValueOrDefault(branch.StuckAt) + 1;
                _any = true;
            }
        }
    }

    public void End(InspectBranch branch)
    {
        lock (_lock)
        {
            branch.Ended = true;
            if (branch.StuckAt is { } path && --_paths[path] == 0)
            {
                _paths.Remove(path);
                _any = _paths.Count != 0;
            }
        }

        Interlocked.Decrement(ref _running);
    }
}
