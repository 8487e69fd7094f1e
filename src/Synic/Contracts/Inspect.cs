using System.Text.Json;
using System.Text.Json.Serialization;

namespace Synic.Contracts;

/// <summary>A part of a partition's tree, typed.</summary>
public sealed record InspectAnswer
{
    /// <summary>Grows when members change their meaning; new ones may come without it.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>Of <see cref="Node"/>, from the root; the root itself is empty.</summary>
    public required string Path { get; init; }

    /// <summary>False: branches are missing, named by <see cref="Incomplete"/>.</summary>
    public required bool Complete { get; init; }

    public required IReadOnlyList<InspectMissing> Incomplete { get; init; }

    /// <summary>When the tree was read.</summary>
    public required DateTimeOffset AsOf { get; init; }

    public required InspectedNode Node { get; init; }
}

/// <summary>A branch that did not answer.</summary>
/// <param name="Path">From the root.</param>
/// <param name="Reason"><c>deadline</c>, <c>paged</c>, <c>depth</c>, or the code of a failure.</param>
public sealed record InspectMissing(string Path, string Reason);

/// <summary>A field, a directory, a failure, or a directory that was not opened: <see cref="Kind"/> says which.</summary>
public sealed record InspectedNode
{
    /// <summary>
    /// A directory is <c>dir</c>, a failure <c>error</c>, what was not opened <c>unevaluated</c>. Fields are <c>u64</c>,
    /// <c>i64</c>, <c>f64</c>, <c>bool</c>, <c>string</c>, <c>bytes</c>, <c>time</c>, <c>duration</c> or <c>unknown</c>.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>Of a field. A number that JSON readers may not keep exact, or that is shown in hex or binary, is a string.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>Of a field: <c>hex</c>, <c>binary</c>, <c>count</c>, <c>bytes</c>, or null.</summary>
    public string? Format { get; init; }

    /// <summary>Of a field; null when the number has none.</summary>
    public string? Unit { get; init; }

    /// <summary>Of a field: it only grows, so that a rate makes sense.</summary>
    public bool? Counter { get; init; }

    /// <summary>Of a field: <c>safe</c>, <c>unspecified</c> or <c>sensitive</c>.</summary>
    public string? Sensitivity { get; init; }

    /// <summary>Of a field: PATCH can change it.</summary>
    public bool? Mutable { get; init; }

    /// <summary>Of a field: read while its owner ran, so that it need not fit its neighbours.</summary>
    public bool? Approximate { get; init; }

    /// <summary>Of a field without a value: why.</summary>
    public string? NotKnown { get; init; }

    /// <summary>Of a mutable field: what it takes.</summary>
    public string? Range { get; init; }

    /// <summary>Of a mutable field: what a change does.</summary>
    public string? Effect { get; init; }

    /// <summary>Of a directory: differs when children came or went.</summary>
    public long? Generation { get; init; }

    /// <summary>Of a directory that is shown in pages: children in all.</summary>
    public long? Total { get; init; }

    /// <summary>Of a directory that goes on: what to send as <c>after</c> for the next page.</summary>
    public string? NextAfter { get; init; }

    /// <summary>Of a directory: children that the caller may not see.</summary>
    public int? Hidden { get; init; }

    /// <summary>Of a directory, in natural order.</summary>
    public IReadOnlyList<InspectedChild>? Children { get; init; }

    /// <summary>Of a failure: snake_case, stable.</summary>
    public string? Code { get; init; }

    /// <summary>Of a failure, for people.</summary>
    public string? Message { get; init; }

    /// <summary>Of what was not opened: <c>depth</c>, <c>deadline</c>, <c>paged</c> or <c>sensitivity</c>.</summary>
    public string? Reason { get; init; }
}

/// <param name="Name">Of the child, without slashes.</param>
/// <param name="Node">What it is.</param>
public sealed record InspectedChild(string Name, InspectedNode Node);

/// <summary>A new value for a field.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InspectUpdateRequest
{
    /// <summary>As text, whatever the field's kind; the field's <c>range</c> says what it takes.</summary>
    public required string Value { get; init; }
}

/// <param name="Path">Of the field.</param>
/// <param name="Old">Before.</param>
/// <param name="New">Now.</param>
public sealed record InspectUpdateAnswer(string Path, InspectedNode Old, InspectedNode New);
