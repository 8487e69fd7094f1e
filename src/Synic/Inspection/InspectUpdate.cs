namespace Synic.Inspection;

/// <summary>What a mutable node says to a new value.</summary>
public readonly record struct InspectUpdate
{
    private InspectUpdate(InspectScalar value, string? rejection)
    {
        Value = value;
        Rejection = rejection;
    }

    /// <summary>The value that the node has now.</summary>
    public InspectScalar Value { get; }

    /// <summary>Why it did not take the value, for people; null when it did.</summary>
    public string? Rejection { get; }

    public static InspectUpdate Accepted(InspectScalar value) => new(value, rejection: null);

    public static InspectUpdate Rejected(string reason) => new(default, reason);
}

/// <summary>What became of an update.</summary>
/// <param name="Old">The value before; null when there was no such node.</param>
/// <param name="New">The value after; null when nothing was changed.</param>
/// <param name="Code">Null when it was done; otherwise one of the codes of this type.</param>
/// <param name="Message">Why not, for people.</param>
public sealed record InspectUpdateResult(InspectValue? Old, InspectValue? New, string? Code, string? Message)
{
    /// <summary>There is such a node, but nothing to change.</summary>
    public const string NodeImmutable = "node_immutable";

    /// <summary>The node did not take the value.</summary>
    public const string ValueRejected = "value_rejected";

    /// <summary>The node did not answer in time; whether it took the value is not known.</summary>
    public const string DeadlineExceeded = "deadline_exceeded";

    public bool Succeeded => Code is null;
}
