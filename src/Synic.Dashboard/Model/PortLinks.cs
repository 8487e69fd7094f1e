using System.Text.Json;
using Synic.Contracts;
using Synic.Contracts.Filters;

namespace Synic.Dashboard.Model;

/// <summary>Where a port is found, and what of it can be copied.</summary>
public sealed class PortLinks(string partition)
{
    private readonly string _partition = Uri.EscapeDataString(partition);

    public string Page(PortSummary port) => Page(port.ConnectionText);

    public string Page(string connection) => $"/partitions/{_partition}/ports/{Uri.EscapeDataString(connection)}";

    public string Api(string connection) => $"/api/v1/partitions/{_partition}/ports/{Uri.EscapeDataString(connection)}";

    /// <summary>For <c>data-copies</c>: titles and texts. The script puts the daemon's address in, and asks the API where it says fetch.</summary>
    public string Copies(PortSummary port) => JsonSerializer.Serialize<string[][]>(
    [
        ["id", port.ConnectionText],
        ["id, decimal", FormattableString.Invariant($"{port.Connection}")],
        ["path", Api(port.ConnectionText)],
        ["JSON", "fetch:" + Api(port.ConnectionText)],
        ["curl", $"curl {{origin}}{Api(port.ConnectionText)}"],
        ["command line", $"synicd port {port.ConnectionText} --partition {partition}"],
        ["link", "{origin}" + Page(port)],
    ]);

    /// <summary>The filter term for what a cell shows; null: it cannot be filtered by.</summary>
    public static string? Term(PortSummary port, PortColumn column) => column.Id switch
    {
        PortSort.Connection => $"conn:{port.ConnectionText}",
        PortSort.Kind => $"kind:{port.Kind}",
        PortSort.MinimumVtl => FormattableString.Invariant($"vtl:{port.MinimumVtl}"),
        PortSort.Owner => FilterTerm.Exactly("owner", port.Owner).ToString(),
        PortSort.FastPath => $"fast:{port.FastPath}",
        PortSort.Failures => port.Failures > 0 ? "failures:>0" : "failures:0",
        PortSort.MonitorId => port.MonitorId is { } id ? FormattableString.Invariant($"monitor:{id}") : "monitor:none",
        _ when column.IsStatus => $"status:{column.Id}",
        _ => null,
    };
}
