using System.Globalization;

namespace Synic.Dashboard.Model;

/// <summary>Addresses of what belongs together on a partition's page.</summary>
public sealed record PartitionLinks(string Partition)
{
    private string Page => $"/partitions/{Uri.EscapeDataString(Partition)}";

    public string Backend => $"{Page}?tab=backend";

    /// <summary>The page of a connection id.</summary>
    public string Port(string connection) => $"{Page}/ports/{Uri.EscapeDataString(connection)}";

    /// <summary>The monitor grid with one id chosen.</summary>
    public string Monitor(int id) => string.Create(CultureInfo.InvariantCulture, $"{Page}?tab=monitor&monitor={id}");
}
