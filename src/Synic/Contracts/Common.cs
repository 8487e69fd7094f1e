namespace Synic.Contracts;

/// <summary>One page of a list.</summary>
/// <param name="Items">In the order asked for.</param>
/// <param name="Next">Cursor of the next page; null on the last one.</param>
/// <param name="Total">How many match, over all pages.</param>
/// <param name="AsOf">When the list was taken.</param>
public sealed record ListPage<T>(IReadOnlyList<T> Items, string? Next, int Total, DateTimeOffset AsOf);

/// <summary>A hypervisor status as the API spells it.</summary>
/// <param name="Value">Hex, as <c>0x12</c>.</param>
/// <param name="Name">snake_case, as <c>invalid_connection_id</c>.</param>
public sealed record HvStatusValue(string Value, string Name);

/// <summary>What a hypercall made through the API answered.</summary>
/// <param name="HvStatus">The status the guest would have seen.</param>
/// <param name="InjectedBy">The fault rule that made the answer; null when it is the port's own.</param>
public sealed record HypercallOutcome(HvStatusValue HvStatus, string? InjectedBy);
