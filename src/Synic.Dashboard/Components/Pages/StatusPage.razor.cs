using System.Globalization;
using System.Runtime.CompilerServices;
using Synic.Contracts;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Pages;

/// <summary>What the daemon costs, its limits, what it is, and what its backends can do and why not the rest.</summary>
public sealed partial class StatusPage
{
    /// <param name="Status">As it is.</param>
    /// <param name="Partitions">That it hosts.</param>
    /// <param name="Cpu">Share of one processor since the answer before; null: there was none.</param>
    /// <param name="Allocated">Bytes a second since then.</param>
    public sealed record Answer(DaemonStatus Status, IReadOnlyList<PartitionSummary> Partitions, double? Cpu, double? Allocated);

    protected override async IAsyncEnumerable<Answer> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        DaemonStatus? before = null;
        await foreach (var overview in Client.WatchOverviewAsync(cancellation))
        {
            var status = await Client.GetStatusAsync(cancellation);
            var seconds = before is null ? 0 : (status.AsOf - before.AsOf).TotalSeconds;
            yield return new Answer(
                status,
                overview.Partitions,
                seconds > 0 ? (status.CpuSeconds - before!.CpuSeconds) / seconds : null,
                seconds > 0 ? Math.Max(0, (status.AllocatedBytes - before!.AllocatedBytes) / seconds) : null);
            before = status;
        }
    }

    private static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);

    private static string Amount(long amount, string unit) => unit == "bytes" ? InspectText.Bytes(amount) : Format.Count(amount);
}
