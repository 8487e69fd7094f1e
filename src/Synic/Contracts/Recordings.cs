using System.Text.Json.Serialization;

namespace Synic.Contracts;

/// <summary>What to record.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StartRecordingRequest
{
    /// <summary>For people: 1 to 64 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Ends by itself with so many records: 1 to 65536.</summary>
    public int? MaxRecords { get; init; }

    /// <summary>Keep payload bytes. Without them a replay posts zeros of the same size.</summary>
    public bool Payload { get; init; }
}

/// <summary>A recording of what happened in a partition.</summary>
public sealed record RecordingSummary
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public required string Partition { get; init; }

    /// <summary><c>recording</c>, <c>stopped</c>, or <c>full</c> when it came to its limit.</summary>
    public required string State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? StoppedAt { get; init; }

    public required int Records { get; init; }

    /// <summary>Memory that it takes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Records that are missing; lines of the kind <c>dropped</c> say where.</summary>
    public required long Dropped { get; init; }

    public required bool Payload { get; init; }

    public required int MaxRecords { get; init; }

    public required long MaxBytes { get; init; }
}

/// <summary>The first line of a recording: what the records that follow were made with.</summary>
public sealed record RecordingHeader
{
    public const string KindName = "header";
    public const int CurrentSchema = 1;

    public string Kind { get; init; } = KindName;

    /// <summary>A reader refuses a higher one than it knows.</summary>
    public required int SchemaVersion { get; init; }

    public RecordingBuild? Build { get; init; }

    public string? Partition { get; init; }

    public string? Backend { get; init; }

    /// <summary>Whose answers the hypercalls gave: <c>openvmm</c>, <c>tlfs</c> or <c>qemu</c>.</summary>
    public required string Dialect { get; init; }

    public int Vps { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Payload bytes were kept.</summary>
    public bool Payload { get; init; }

    /// <summary>As they were when the recording began.</summary>
    public required IReadOnlyList<RecordedPort> Ports { get; init; }

    /// <summary>Fault rules with their seeds; none where nothing injects.</summary>
    public IReadOnlyList<RecordedFault> Faults { get; init; } = [];
}

/// <param name="Version">Of the program.</param>
/// <param name="Revision">Of its source; empty when not known.</param>
public sealed record RecordingBuild(string Version, string Revision);

/// <summary>A port when a recording began.</summary>
public sealed record RecordedPort
{
    /// <summary><c>0x2001</c>.</summary>
    public required string Connection { get; init; }

    /// <summary><c>message</c> or <c>event</c>.</summary>
    public required string Kind { get; init; }

    public int MinimumVtl { get; init; }

    public string? Owner { get; init; }

    public long Generation { get; init; }

    /// <summary>The built-in handler, where it is one.</summary>
    public string? Handler { get; init; }

    public int? MonitorId { get; init; }

    /// <summary><c>active</c>: the hypervisor takes its signals by itself, and none of those is recorded.</summary>
    public string? FastPath { get; init; }
}

/// <param name="Id">Of the rule.</param>
/// <param name="Seed">Of its draws.</param>
/// <param name="State">As it was then.</param>
/// <param name="Rule">As it can be imported again.</param>
public sealed record RecordedFault(string Id, string? Seed, string? State = null, FaultRuleSpec? Rule = null);

/// <summary>The last line of a recording; a file without it was cut, or is still being recorded.</summary>
public sealed record RecordingEnd
{
    public const string KindName = "end";

    public string Kind { get; init; } = KindName;

    public required string State { get; init; }

    public int Records { get; init; }

    public long Dropped { get; init; }
}

/// <summary>What a replay found: the same calls, checked anew against a port table that is made from the recording.</summary>
public sealed record ReplayReport
{
    public required string Dialect { get; init; }

    /// <summary>The recording had its end.</summary>
    public required bool Complete { get; init; }

    /// <summary>Lines besides header and end.</summary>
    public required int Records { get; init; }

    /// <summary>Calls that were made again.</summary>
    public required int Replayed { get; init; }

    /// <summary>Of those, how many were answered as recorded.</summary>
    public required int Matched { get; init; }

    /// <summary>Calls that could not be made again, by reason.</summary>
    public required IReadOnlyDictionary<string, int> Skipped { get; init; }

    /// <summary>Records that the recording itself misses: ports may have come and gone there.</summary>
    public required long Dropped { get; init; }

    /// <summary>All of them, also those that are not listed.</summary>
    public required int DifferencesTotal { get; init; }

    /// <summary>By number, the first 1000.</summary>
    public required IReadOnlyList<ReplayDifference> Differences { get; init; }
}

/// <param name="Seq">Of the record.</param>
/// <param name="Kind">Of the call.</param>
/// <param name="Connection">That it named.</param>
/// <param name="Vp">The caller's; null for a call of the API.</param>
/// <param name="Vtl">The caller's.</param>
/// <param name="Expected">The recorded status.</param>
/// <param name="Actual">The status now.</param>
/// <param name="Reason">Which checks decided, then and now.</param>
public sealed record ReplayDifference(
    long Seq, string Kind, string? Connection, int? Vp, int Vtl, string Expected, string Actual, string Reason);
