namespace Synic.Inspection;

/// <summary>A part of a tree that is built on its own, so that no other part waits for it.</summary>
internal sealed class InspectBranch(InspectResponse top)
{
    private volatile InspectResponse? _answer;
    private volatile InspectResponse _current = top;

    public InspectResponse Top { get; } = top;

    /// <summary>Finished; null until then. Nothing below it changes any more, but for branches of their own.</summary>
    public InspectResponse? Answer
    {
        get => _answer;
        set => _answer = value;
    }

    /// <summary>Whose provider is asked now.</summary>
    public InspectResponse Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>Guarded by <see cref="StuckBranches"/>.</summary>
    public bool Ended { get; set; }

    /// <summary>Guarded by <see cref="StuckBranches"/>.</summary>
    public string? StuckAt { get; set; }
}
