namespace Synic.Inspection;

/// <summary>What somebody wants to see.</summary>
public sealed record InspectRequest
{
    public const int MaxDepth = 4096;

    public const int DefaultDepth = 2;

    public const int MaxPageSize = 1000;

    /// <summary>Children that one directory shows when the <see cref="Whole"/> tree is asked for.</summary>
    public const int MaxWholePage = 100_000;

    public static TimeSpan MaxTimeout { get; } = TimeSpan.FromSeconds(30);

    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Where to begin; the root is empty.</summary>
    public InspectPath Path { get; init; } = InspectPath.Root;

    /// <summary>Directory levels to open below the path's own, 0 to <see cref="MaxDepth"/>.</summary>
    public int Depth { get; init; } = DefaultDepth;

    /// <summary>Above 0, up to <see cref="MaxTimeout"/>. The answer comes then, complete or not.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>What the caller may see.</summary>
    public InspectSensitivity MaxSensitivity { get; init; } = InspectSensitivity.Unspecified;

    /// <summary>Of the path's own directory: the last name of the page before.</summary>
    public string? After { get; init; }

    /// <summary>Children that one directory shows, 1 to <see cref="MaxPageSize"/>.</summary>
    public int PageSize { get; init; } = MaxPageSize;

    /// <summary>Not for a screen: directories of up to <see cref="MaxWholePage"/> children are one page, and the answer may be large.</summary>
    public bool Whole { get; init; }

    /// <summary>Keys in the spelling of OpenVMM's inspect: connection ids in decimal.</summary>
    public bool OpenVmmKeys { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Depth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Depth, MaxDepth);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Timeout, MaxTimeout);
        ArgumentOutOfRangeException.ThrowIfLessThan(PageSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PageSize, MaxPageSize);
    }
}

/// <summary>What there was to see.</summary>
/// <param name="Node">At the path; a failure when there is nothing.</param>
/// <param name="Incomplete">The branches that did not answer; empty when all did.</param>
public sealed record InspectResult(InspectNode Node, IReadOnlyList<InspectIncomplete> Incomplete)
{
    public bool Complete => Incomplete.Count == 0;

    /// <summary>What was asked for.</summary>
    public InspectPath Path { get; init; } = InspectPath.Root;

    /// <summary>When it was finished.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>The same in <see cref="Clock"/>'s ticks, for rates.</summary>
    public long Timestamp { get; init; }

    /// <summary>Whose timestamp it is.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>A branch that is missing.</summary>
/// <param name="Path">From the root.</param>
/// <param name="Reason"><c>deadline</c>, or a failure's code.</param>
public readonly record struct InspectIncomplete(string Path, string Reason);
