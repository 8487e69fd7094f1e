using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Synic.Daemon.Api;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Diagnostics;
using Synic.Hv;

namespace Synic.Benchmarks;

/// <param name="Name">What was asked for.</param>
/// <param name="Milliseconds">Median.</param>
internal sealed record ListRow(string Name, double Milliseconds)
{
    public bool Passed => Milliseconds <= Limits.ListMilliseconds;
}

/// <summary>What it costs to answer for the first thousand ports out of many, filtered and sorted.</summary>
internal static class ListRows
{
    private const int Ports = 65_536;

    private static readonly (string Name, PortListQuery Query)[] s_queries =
    [
        ("in natural order", default),
        ("sort=-failuresPerSecond,connection", new PortListQuery { Sort = "-failuresPerSecond,connection" }),
        ("the same with filter=kind:event owner:bench* failures:>0 -fast:active", new PortListQuery
        {
            Sort = "-failuresPerSecond,connection",
            Filter = "kind:event owner:bench* failures:>0 -fast:active",
        }),
        ("sort=-calls, filter=a bare word and a status", new PortListQuery { Sort = "-calls", Filter = "0x1 status:operation_denied" }),
    ];

    public static IReadOnlyList<ListRow> Measure(int rounds)
    {
        var settings = new PartitionSettings { Backend = Backends.BackendKind.Emulated, Guest = new GuestSettings(GuestSettings.None, 0), Serial = new SerialTarget(SerialKind.None) };
        using var meters = new NoMeters();
        var metrics = new SynicMetrics(meters, new NoPartitions(), "0", "0");
        using var events = new EventHub(TimeProvider.System);
        var host = PartitionHost.CreateAsync(
            settings, lab: false, new CatalogPartitionFactory(), metrics, events, TimeProvider.System, NullLoggerFactory.Instance).GetAwaiter().GetResult();
        try
        {
            Fill(host);
            return [.. s_queries.Select(q => new ListRow(q.Name, PairedRounds.Median(Enumerable.Range(0, 30 + (rounds * 2)).Select(_ => Time(host, q.Query)).Skip(30).ToList())))];
        }
        finally
        {
            host.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private sealed class NoMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }

    private sealed class NoPartitions : IPartitionMetricsSource
    {
        public IEnumerable<IPartitionMetrics> Partitions => [];
    }

    private static void Fill(PartitionHost host)
    {
        for (var i = 0u; i < Ports; i++)
        {
            host.Partition.Ports.AddEventPort(new ConnectionId(0x1_0000 + i), Vtl.Vtl1, new NoOpEventPort(), $"benchmark {i % 16}");
            for (var call = 0; call < i % 4; call++)
            {
                host.Signal(Vtl.Vtl0, new ConnectionId(0x1_0000 + i), 0); // denied
            }

            host.Signal(Vtl.Vtl1, new ConnectionId(0x1_0000 + i), 0);
        }

        host.Sampler.Sample();
        host.Sampler.Sample();
    }

    private static double Time(PartitionHost host, PortListQuery query)
    {
        var before = ThreadClock.Nanoseconds();
        if (!PortList.TryParse(query, out var list, out _))
        {
            throw new InvalidOperationException("the query is wrong");
        }

        var page = list.Page(host, null, Paging.MaxLimit, out _, out _);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(page.ConvertAll(r => r.Summarize(host)), JsonSerializerOptions.Web);
        return page.Count == Paging.MaxLimit && bytes.Length > 0
            ? (ThreadClock.Nanoseconds() - before) / 1e6
            : throw new InvalidOperationException($"{page.Count} ports were found");
    }
}
