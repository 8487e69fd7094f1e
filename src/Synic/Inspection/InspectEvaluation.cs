using System.Diagnostics.CodeAnalysis;

namespace Synic.Inspection;

/// <summary>Asks the providers of one request, each branch on its own.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer and no wait handle: nothing to dispose.")]
internal sealed class InspectEvaluation
{
    /// <summary>A directory with more children has no branch for each.</summary>
    private const int MaxBranchesOfOne = 64;

    private static readonly InspectUnevaluated s_late = InspectUnevaluated.Because(InspectCut.Deadline);

    private readonly InspectScope _scope;
    private readonly StuckBranches _stuck;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Lock _lock = new(); // guards _branches, and _abandoned against a branch that starts
    private readonly List<InspectBranch> _branches = [];
    private volatile bool _abandoned;
    private int _open = 1; // branches that have not ended, and the constructor

    public InspectEvaluation(IInspectable root, InspectRequest request)
    {
        _scope = new InspectScope(request);
        _stuck = StuckBranches.Of(root);
        Root = Start(new InspectResponse(_scope, parent: null, "", level: 0, request.Depth), root);
        CountEnd();
    }

    /// <summary>The first branch, or its unanswered top.</summary>
    public object Root { get; }

    /// <summary>All branches have ended.</summary>
    public Task Done => _done.Task;

    /// <summary>Nobody waits any more.</summary>
    public void Abandon()
    {
        if (_done.Task.IsCompleted)
        {
            return;
        }

        lock (_lock)
        {
            _abandoned = true;
        }

        foreach (var branch in _branches) // none is added any more
        {
            _stuck.Abandon(branch);
        }

        _ = _cancellation.CancelAsync(); // providers may have hooked anything to it: not on this thread
    }

    /// <returns>The branch, or its unanswered top when it may not start.</returns>
    private object Start(InspectResponse top, object provider)
    {
        top.Instead = s_late; // until it is known that the branch starts
        if (_stuck.Contains(top) || !_stuck.TryBegin())
        {
            return top;
        }

        var branch = new InspectBranch(top);
        Interlocked.Increment(ref _open);
        lock (_lock)
        {
            if (!_abandoned)
            {
                top.Instead = null;
                _branches.Add(branch);
                _ = Task.Run(() => RunAsync(branch, provider));
                return branch;
            }
        }

        _stuck.End(branch);
        CountEnd();
        return top;
    }

    private async Task RunAsync(InspectBranch branch, object provider)
    {
        try
        {
            if (provider is Func<CancellationToken, Task<Action<InspectResponse>>> deferred)
            {
                provider = await deferred(_cancellation.Token).ConfigureAwait(false);
            }

            if (Build(branch, provider))
            {
                branch.Answer = branch.Top;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            branch.Top.Instead = new InspectFailure(InspectFailure.ProviderFailed, e.Message);
            branch.Answer = branch.Top;
        }
        finally
        {
            _stuck.End(branch);
            CountEnd();
        }
    }

    /// <returns>False: nobody waits any more.</returns>
    private bool Build(InspectBranch branch, object provider)
    {
        var work = new Stack<(InspectResponse Response, object? Provider)>();
        work.Push((branch.Top, provider));
        while (work.TryPop(out var next))
        {
            if (_abandoned)
            {
                return false;
            }

            if (next.Provider is null)
            {
                OpenChildren(next.Response, work);
            }
            else if (_stuck.Contains(next.Response))
            {
                next.Response.Instead = s_late;
            }
            else
            {
                branch.Current = next.Response;
                next.Response.Ask(next.Provider);
                OpenChildren(next.Response, work);
            }
        }

        return true;
    }

    private void OpenChildren(InspectResponse response, Stack<(InspectResponse Response, object? Provider)> work)
    {
        if (response.Instead is not null)
        {
            return;
        }

        response.CutPage();
        var entries = response.Entries;
        var apart = _scope.IsAddressed(response)
            && entries.Count(static e => e.What is not (InspectNode or InspectResponse)) <= MaxBranchesOfOne;
        for (var i = 0; i < entries.Count; i++)
        {
            switch (entries[i].What)
            {
                case InspectNode:
                    break;
                case InspectResponse inner: // made by names with slashes: filled already
                    work.Push((inner, null));
                    break;
                case var _ when _scope.Exhausted:
                    entries[i] = entries[i] with { What = InspectUnevaluated.Because(InspectCut.Paged) };
                    break;
                case var provider:
                    var child = entries[i].Name.Length == 0 ? response.OpenSpliced() : response.Open(entries[i].Name);
                    if (apart || provider is Func<CancellationToken, Task<Action<InspectResponse>>>)
                    {
                        entries[i] = entries[i] with { What = Start(child, provider) };
                    }
                    else
                    {
                        entries[i] = entries[i] with { What = child };
                        work.Push((child, provider));
                    }

                    break;
            }
        }
    }

    private void CountEnd()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _done.TrySetResult();
        }
    }
}
