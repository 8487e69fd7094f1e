namespace Synic.Daemon.Experiments.Checks;

/// <summary>A place in what the API answers about the partition: ports, VMBus, rules, explain and all the rest.</summary>
internal sealed class StateCheck : Check
{
    /// <summary>Below the partition: <c>vmbus</c>, <c>ports/0x2001/explain?operation=signal</c>.</summary>
    public required string Path { get; init; }

    public required JsonPointer At { get; init; }

    /// <summary>Said instead of path and place.</summary>
    public required string Label { get; init; }

    /// <summary>Of a rule: time alone may change it.</summary>
    public bool OfRule { get; init; }

    public override bool NeedsGuest => !OfRule;

    public override string Subject => Label;

    public override async ValueTask<Finding> ReadAsync(ExperimentTarget target, CancellationToken cancellation)
    {
        var (answer, refusal) = await target.GetAsync(Path, cancellation).ConfigureAwait(false);
        return answer is { } json ? new Finding(At.Find(json)) : new Finding(null, refusal);
    }
}
