using Synic.Contracts;

namespace Synic.Daemon.Api;

/// <summary>The port table as columns.</summary>
internal static class PortCsv
{
    private static readonly string[] s_statuses = ["invalid_connection_id", "operation_denied", "insufficient_buffers", "operation_failed"];

    public static Csv<PortSummary> Table { get; } = new(
    [
        new("connection", "connection", static p => p.ConnectionText),
        new("kind", static p => p.Kind),
        new("minimumVtl", static p => p.MinimumVtl),
        new("owner", static p => p.Owner),
        new("fastPath", static p => p.FastPath),
        new("monitorId", static p => p.MonitorId),
        new("calls", static p => p.Calls),
        new("bytes", static p => p.Bytes),
        new("failures", static p => p.Failures),
        .. s_statuses.Select(static s => new Csv<PortSummary>.Column(s, "failuresByStatus", p => p.FailuresByStatus.GetValueOrDefault(s))),
        new("callsPerSecond", static p => p.CallsPerSecond),
        new("failuresPerSecond", static p => p.FailuresPerSecond),
        new("lastActivity", static p => p.LastActivity),
        new("since", static p => p.Since),
        new("generation", static p => p.Generation),
        new("departed", static p => p.Departed?.Until),
    ]);
}
