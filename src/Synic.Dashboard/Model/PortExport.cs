using System.Text.Json;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Model;

/// <summary>Ports as a file, in the shapes that the API sends.</summary>
internal static class PortExport
{
    // As the API: what is not known is there, and null.
    private static readonly JsonSerializerOptions s_json = new(SynicJson.Options)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never,
    };

    private static readonly (string, Func<PortSummary, object?>)[] s_columns =
    [
        ("connection", static p => p.ConnectionText),
        ("kind", static p => p.Kind),
        ("minimumVtl", static p => p.MinimumVtl),
        ("owner", static p => p.Owner),
        ("fastPath", static p => p.FastPath),
        ("monitorId", static p => p.MonitorId),
        ("calls", static p => p.Calls),
        ("bytes", static p => p.Bytes),
        ("failures", static p => p.Failures),
        .. PortColumn.Statuses.Select(static s => (s, (Func<PortSummary, object?>)(p => p.FailuresByStatus.TryGetValue(s, out var count) ? count : null))),
        ("callsPerSecond", static p => p.CallsPerSecond),
        ("failuresPerSecond", static p => p.FailuresPerSecond),
        ("lastActivity", static p => p.LastActivity),
        ("since", static p => p.Since),
        ("generation", static p => p.Generation),
    ];

    public static MemoryStream Csv(IReadOnlyList<PortSummary> ports)
    {
        var file = new MemoryStream();
        CsvExport.Write(file, s_columns, ports);
        file.Position = 0;
        return file;
    }

    public static MemoryStream Json(IReadOnlyList<PortSummary> ports, DateTimeOffset asOf)
    {
        var file = new MemoryStream();
        JsonSerializer.Serialize(file, new ListPage<PortSummary>(ports, null, ports.Count, asOf), s_json);
        file.Position = 0;
        return file;
    }
}
