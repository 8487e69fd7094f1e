namespace Synic.Faults;

/// <summary>Why something was not done to a rule.</summary>
public enum FaultRefusal
{
    /// <summary>There is no such rule.</summary>
    NotFound,

    /// <summary>Another rule has the id.</summary>
    IdInUse,

    /// <summary>An armed rule of the same priority can mean the same calls.</summary>
    Overlap,

    /// <summary>The rule has changed since.</summary>
    StaleVersion,

    KillSwitchEngaged,

    /// <summary>There are as many rules as may be.</summary>
    Limit,

    /// <summary>The rule's state does not allow it.</summary>
    WrongState,

    /// <summary>The backend cannot do it.</summary>
    Unsupported,

    /// <summary>Something that is needed to arm a rule is not there.</summary>
    NotArmable,
}

/// <summary>Something was not done to a rule, and nothing has changed.</summary>
public sealed class FaultRefusedException : Exception
{
    public FaultRefusedException()
    {
    }

    public FaultRefusedException(string message)
        : base(message)
    {
    }

    public FaultRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public FaultRefusedException(FaultRefusal refusal, string message, string? conflictsWith = null)
        : base(message)
    {
        Refusal = refusal;
        ConflictsWith = conflictsWith;
    }

    public FaultRefusal Refusal { get; }

    /// <summary>Of several rules the one that it is about; null: it was asked for one, or it is about all.</summary>
    public string? Rule { get; init; }

    /// <summary>The other rule.</summary>
    public string? ConflictsWith { get; }
}
