using System.Text.Json.Serialization;

namespace Synic.Contracts;

/// <summary>What this daemon is and where to go on.</summary>
public sealed record ApiIndex
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>The daemon was started with <c>--lab</c>: guests may be acted on, with the token.</summary>
    public required bool Lab { get; init; }

    /// <summary>What may be done here at all.</summary>
    public required IReadOnlyList<string> Capabilities { get; init; }

    /// <summary>What this caller may do: <c>view</c>, <c>console</c>, <c>payload</c>, <c>change</c>, <c>inject</c>.</summary>
    public required IReadOnlyList<string> Rights { get; init; }

    /// <summary>Name to path.</summary>
    public required IReadOnlyDictionary<string, string> Links { get; init; }
}

/// <summary>How the daemon and its partitions are.</summary>
/// <param name="Status"><c>ready</c> or <c>degraded</c>.</param>
/// <param name="Version">Of the program.</param>
/// <param name="UptimeSeconds">Since the process started.</param>
/// <param name="Partitions">One line each.</param>
public sealed record HealthReport(string Status, string Version, double UptimeSeconds, IReadOnlyList<PartitionHealth> Partitions);

/// <param name="Name">Of the partition.</param>
/// <param name="Healthy">False when its backend gave up.</param>
/// <param name="State">As in the partition itself.</param>
/// <param name="Reason">Why, when it is not running.</param>
public sealed record PartitionHealth(string Name, bool Healthy, string State, string? Reason);

/// <summary>For probes: one word.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
public sealed record ProbeAnswer(string Status);

/// <summary>The last lines that a guest wrote to its serial port.</summary>
/// <param name="Lines">Oldest first; what is no plain character is spelt <c>\xNN</c>.</param>
/// <param name="Dropped">Lines that the terminal, or bytes that the file was too slow for; the list has them.</param>
public sealed record SerialLines(IReadOnlyList<string> Lines, long Dropped);

/// <summary>Text for the guest's serial port.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SerialInputRequest
{
    /// <summary>1 to 4096 bytes as UTF-8; nothing is added, so end a line with <c>\n</c>.</summary>
    public required string Text { get; init; }
}

/// <param name="Bytes">That were typed: all of the text.</param>
public sealed record SerialInputOutcome(int Bytes);

/// <summary>A link that logs one browser in, once.</summary>
/// <param name="Path">Relative to the daemon's address.</param>
public sealed record LoginLink(string Path);

/// <summary>Takes a port's fast path away, so that every signal comes through the port map, or gives it back.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FastPathRequest
{
    public required bool Enabled { get; init; }
}

/// <summary>Whether the hypervisor signals a port by itself.</summary>
/// <param name="Connection">Of the port, hex.</param>
/// <param name="State"><c>none</c>, <c>active</c> or <c>suspended</c>.</param>
/// <param name="ResumeFailure">Why the hypervisor did not give it back; null while it did.</param>
/// <param name="Generation">Of the port: another one has another version.</param>
public sealed record FastPathSummary(string Connection, string State, string? ResumeFailure, long Generation);

/// <summary>Why a request was not done (RFC 9457, <c>application/problem+json</c>).</summary>
public sealed record ProblemDocument
{
    /// <summary><c>/problems/</c> and the code: a page about it.</summary>
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <summary>Names the thing and the next step.</summary>
    public required string Detail { get; init; }

    /// <summary>The path that was asked for.</summary>
    public required string Instance { get; init; }

    /// <summary>Stable, for programs.</summary>
    public required string Code { get; init; }

    public required string TraceId { get; init; }

    /// <summary>Field or parameter to what is wrong with it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>What the hypercall answered, if one was made.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HvStatusValue? HvStatus { get; init; }

    /// <summary>The path of what stands in the way.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ConflictsWith { get; init; }

    /// <summary>Of a filter: the first wrong character, from 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Position { get; init; }

    /// <summary>What was probably meant.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Suggestion { get; init; }

    /// <summary>Of something that is gone: the path of what is left of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tombstone { get; init; }

    /// <summary>When it is worth trying again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RetryAfterSeconds { get; init; }
}
