namespace Synic.Contracts;

/// <summary>What would become of a call or delivery now, check by check. Nothing was called to find out.</summary>
public sealed record ExplainReport
{
    /// <summary><c>post</c> or <c>signal</c>.</summary>
    public required string Operation { get; init; }

    /// <summary><c>guest_to_host</c> or <c>host_to_guest</c>.</summary>
    public required string Direction { get; init; }

    /// <summary>In the order in which they are made; what comes after the first failure is for information.</summary>
    public required IReadOnlyList<ExplainCheck> Checks { get; init; }

    /// <summary>The first check that failed; null when none did.</summary>
    public string? FirstFailure { get; init; }

    public required ExplainVerdict Verdict { get; init; }

    /// <summary>What may have been meant, or what to look at next.</summary>
    public required IReadOnlyList<ExplainHint> Hints { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

/// <summary>One check.</summary>
/// <param name="Check">snake_case, stable.</param>
/// <param name="State"><c>ok</c>, <c>failed</c>, <c>unknown</c> or <c>not_applicable</c>.</param>
/// <param name="Value">What was looked at; null when there is nothing.</param>
/// <param name="Since">How long it is so; null when not known.</param>
/// <param name="Reason">For people.</param>
/// <param name="Link">The path of what was looked at.</param>
public sealed record ExplainCheck(string Check, string State, string? Value, DateTimeOffset? Since, string Reason, string? Link);

/// <summary>How it would end.</summary>
/// <param name="Result">
/// Of a call the name of its status; of a delivery <c>delivered</c>, <c>deferred</c>, <c>interrupt</c>, <c>coalesced</c>, or why it is dropped.
/// </param>
/// <param name="HvStatus">What the guest would get; null for a delivery, which no guest asks for.</param>
/// <param name="Certain">False: a check on the way is unknown, and is taken to hold.</param>
/// <param name="DecidedBy">The check that makes it so; null on success.</param>
/// <param name="Dialect">Whose statuses the partition answers with.</param>
/// <param name="Text">For people: one sentence.</param>
public sealed record ExplainVerdict(string Result, HvStatusValue? HvStatus, bool Certain, string? DecidedBy, string Dialect, string Text);

/// <param name="Text">For people.</param>
/// <param name="Link">A path; null when there is none.</param>
public sealed record ExplainHint(string Text, string? Link);
