namespace Synic.Inspection;

/// <summary>How a value reads best.</summary>
public enum InspectFormat : byte
{
    Default,
    Hex,
    Binary,

    /// <summary>A number of things.</summary>
    Count,

    /// <summary>A number of bytes.</summary>
    Bytes,
}

/// <summary>Who may see a node; a request sees its level and those below.</summary>
public enum InspectSensitivity : sbyte
{
    /// <summary>Counts, ids and states.</summary>
    Safe = -1,

    /// <summary>Nobody has thought about it: hidden where the partition is confidential.</summary>
    Unspecified = 0,

    /// <summary>Payload bytes, guest memory.</summary>
    Sensitive = 1,
}

/// <summary>What is to be known about a value besides the value.</summary>
public readonly record struct InspectTraits
{
    public static InspectTraits Safe { get; } = new() { Sensitivity = InspectSensitivity.Safe };

    public static InspectTraits SafeHex { get; } = Safe with { Format = InspectFormat.Hex };

    public static InspectTraits SafeBinary { get; } = Safe with { Format = InspectFormat.Binary };

    /// <summary>A number of things that exist now.</summary>
    public static InspectTraits SafeCount { get; } = Safe with { Format = InspectFormat.Count };

    /// <summary>A number that only grows.</summary>
    public static InspectTraits SafeCounter { get; } = SafeCount with { Counter = true };

    public InspectFormat Format { get; init; }

    /// <summary>Such as <c>s</c>, <c>bytes</c>; null when the number has none.</summary>
    public string? Unit { get; init; }

    /// <summary>Only grows, until its owner begins anew: a rate makes sense.</summary>
    public bool Counter { get; init; }

    public InspectSensitivity Sensitivity { get; init; }

    /// <summary>Read while its owner ran: it need not fit its neighbours.</summary>
    public bool Approximate { get; init; }

    /// <summary>Why there is no value, although the field has a meaning here.</summary>
    public string? NotKnown { get; init; }

    /// <summary>What a mutable node takes, for people.</summary>
    public string? Range { get; init; }

    /// <summary>What a change of a mutable node does, for people.</summary>
    public string? Effect { get; init; }
}
