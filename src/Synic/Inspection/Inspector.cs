namespace Synic.Inspection;

/// <summary>Asks a tree for a part of itself, and for changes of single nodes.</summary>
public static class Inspector
{
    /// <summary>Answers at the request's deadline at the latest, with what there is then.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Depth, timeout or page size are outside their range.</exception>
    /// <exception cref="OperationCanceledException">The caller did not want to wait any more.</exception>
    public static async Task<InspectResult> InspectAsync(
        IInspectable root, InspectRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        cancellation.ThrowIfCancellationRequested();
        var evaluation = new InspectEvaluation(root, request);
        try
        {
            await evaluation.Done.WaitAsync(request.Timeout, request.Time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The answer is what there is.
        }
        finally
        {
            evaluation.Abandon();
        }

        var assembly = new InspectAssembly(new InspectScope(request));
        return new InspectResult(assembly.Node(evaluation.Root), assembly.Incomplete)
        {
            Path = request.Path,
            AsOf = request.Time.GetUtcNow(),
            Timestamp = request.Time.GetTimestamp(),
            Clock = request.Time,
        };
    }

    /// <summary>Asks a mutable node to take a new value.</summary>
    /// <param name="root">Of the tree.</param>
    /// <param name="request">Its path is the node's; depth and page do not matter.</param>
    /// <param name="value">As text; the node says what it takes.</param>
    /// <param name="cancellation">Does not undo what was done.</param>
    public static async Task<InspectUpdateResult> UpdateAsync(
        IInspectable root, InspectRequest request, string value, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(value);
        var found = await InspectAsync(root, request with { Depth = 0, After = null }, cancellation).ConfigureAwait(false);
        switch (found.Node)
        {
            case InspectFailure failure:
                return Refused(old: null, failure.Code, failure.Message);
            case InspectUnevaluated { Reason: InspectCut.Deadline }:
                return Refused(old: null, InspectUpdateResult.DeadlineExceeded, $"'{request.Path}' did not answer in time; nothing was changed");
            case InspectUnevaluated:
                return Refused(old: null, InspectFailure.PathNotFound, $"there is no '{request.Path}' for this caller");
            case InspectValue { Updater: { } updater } old:
                return await UpdateAsync(old, updater, request, value, cancellation).ConfigureAwait(false);
            default:
                return Refused(found.Node as InspectValue, InspectUpdateResult.NodeImmutable, $"'{request.Path}' cannot be changed");
        }
    }

    private static async Task<InspectUpdateResult> UpdateAsync(
        InspectValue old, Func<string, InspectUpdate> updater, InspectRequest request, string value, CancellationToken cancellation)
    {
        try
        {
            var update = await Task.Run(() => updater(value), cancellation)
                .WaitAsync(request.Timeout, request.Time, cancellation).ConfigureAwait(false);
            return update.Rejection is { } reason
                ? Refused(old, InspectUpdateResult.ValueRejected, old.Traits.Range is { } range ? $"{reason}; it takes {range}" : reason)
                : new InspectUpdateResult(old, new InspectValue(update.Value, old.Traits, updater), Code: null, Message: null);
        }
        catch (TimeoutException)
        {
            return Refused(old, InspectUpdateResult.DeadlineExceeded, $"'{request.Path}' did not say in time whether it took the value");
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return Refused(old, InspectFailure.ProviderFailed, e.Message);
        }
    }

    private static InspectUpdateResult Refused(InspectValue? old, string code, string message) => new(old, New: null, code, message);
}
