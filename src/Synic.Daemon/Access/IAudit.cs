namespace Synic.Daemon.Access;

/// <summary>Where it is written down who changed what, and who looked at what not everybody may see.</summary>
internal interface IAudit
{
    /// <exception cref="AuditFailedException">It could not be written; what it is about must not be done.</exception>
    void Record(AuditEntry entry);
}

/// <summary>One thing that somebody did or wanted to do.</summary>
/// <param name="Action">Such as <c>inspect.change</c>.</param>
/// <param name="Caller">The name of what the caller proved to be.</param>
/// <param name="Address">Where the request came from.</param>
/// <param name="Target">What it was about: partition and path.</param>
/// <param name="Outcome"><c>asked</c> before it is done; then <c>done</c>, or the code of the refusal.</param>
internal sealed record AuditEntry(string Action, string Caller, string Address, string Target, string Outcome)
{
    public string? Reason { get; init; }

    public string? Before { get; init; }

    public string? After { get; init; }

    public static AuditEntry Of(HttpContext context, string action, string target, string outcome) => new(
        action, context.User.Identity?.Name ?? "nobody", context.Connection.RemoteIpAddress?.ToString() ?? context.Features.Get<CallerPlace>()?.Name ?? "", target, outcome);
}

/// <summary>Where a caller is that did not come by a request of its own: a page of the dashboard.</summary>
internal sealed record CallerPlace(string Name);
