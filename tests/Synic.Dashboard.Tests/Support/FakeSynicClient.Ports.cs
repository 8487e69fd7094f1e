using System.Threading.Channels;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Tests.Support;

/// <content>A partition and its ports.</content>
internal sealed partial class FakeSynicClient
{
    private int _portReads;

    /// <summary>Another one is another connection.</summary>
    public Channel<PartitionSnapshot> Partition { get; set; } = Channel.CreateUnbounded<PartitionSnapshot>();

    /// <summary>What there is now; null: no partition.</summary>
    public IReadOnlyList<PortSummary>? Ports { get; set; } = [];

    public string PartitionState { get; set; } = "running";

    /// <summary>When the ports are as they are.</summary>
    public DateTimeOffset PortsAsOf { get; set; } = Some.Now;

    /// <summary>Thrown instead of an answer about ports.</summary>
    public Exception? PortsFailure { get; set; }

    /// <summary>What the table was asked for, in order.</summary>
    public List<PortQuery> PortQueries { get; } = [];

    /// <summary>How often the table was asked for.</summary>
    public int PortReads => Volatile.Read(ref _portReads);

    public IAsyncEnumerable<PartitionSnapshot> WatchPartitionAsync(string partition, CancellationToken cancellation) =>
        ReadAsync(Partition, cancellation);

    public IPortView OpenPorts(string partition) => new FakePortView(this);

    public PortDetail Port { get; set; } = new() { AsOf = Some.Now };

    public PortHistory? PortHistory { get; set; } = new([], 0, new Dictionary<string, long>(), Payloads: true);

    /// <summary>One for each VTL.</summary>
    public IReadOnlyList<ExplainReport> Explained { get; set; } = [];

    /// <summary>What an act as the guest answers, or throws.</summary>
    public Func<HypercallOutcome> Outcome { get; set; } = static () => new(new HvStatusValue("0x0", "success"), null);

    /// <summary>Requests to act as the guest.</summary>
    public List<object> Acts { get; } = [];

    public List<(string? Operation, uint Vp)> Explains { get; } = [];

    public Task<PortDetail> GetPortAsync(string partition, string connection, CancellationToken cancellation) => Task.FromResult(Port);

    public Task<PortHistory?> GetPortHistoryAsync(string partition, string connection, CancellationToken cancellation) => Task.FromResult(PortHistory);

    public Task<IReadOnlyList<ExplainReport>> ExplainPortAsync(
        string partition, string connection, string? operation, uint vp, CancellationToken cancellation)
    {
        Explains.Add((operation, vp));
        return Task.FromResult(Explained);
    }

    public Task<HypercallOutcome> PostAsync(string partition, string connection, PostMessageRequest request, CancellationToken cancellation) => Act(request);

    public Task<HypercallOutcome> SignalAsync(string partition, string connection, SignalEventRequest request, CancellationToken cancellation) => Act(request);

    private Task<HypercallOutcome> Act(object request)
    {
        Acts.Add(request);
        return Task.FromResult(Outcome());
    }

    private sealed class FakePortView(FakeSynicClient client) : IPortView
    {
        private readonly PortRows _rows = new();
        private readonly PortBaseline _baseline = new();

        public Task<PortWindow> ReadAsync(PortQuery query, CancellationToken cancellation)
        {
            client.PortQueries.Add(query);
            Interlocked.Increment(ref client._portReads);
            if (client.PortsFailure is { } failure)
            {
                return Task.FromException<PortWindow>(failure);
            }

            if (client.Ports is not { } ports)
            {
                return Task.FromResult(PortWindow.NoPartition(client.PortsAsOf));
            }

            _rows.Update(ports, PortFilter.Parse(query.Filter).At(client.PortsAsOf), PortSort.Parse(query.Sort), query.Hold);
            return Task.FromResult(new PortWindow
            {
                State = client.PartitionState,
                StateReason = "it fell over",
                Start = query.Start,
                Rows = [.. _rows.Rows.Skip(query.Start).Take(query.Count)],
                Matching = _rows.Rows.Count,
                Total = ports.Count,
                OrderChanged = _rows.OrderChanged,
                Changes = _baseline.Changes(ports.Select(static p => (p.Generation, PortBaseline.Sum(p)))),
                AsOf = client.PortsAsOf,
            });
        }

        public Task<IReadOnlyList<PortSummary>> ReadAllAsync(PortQuery query, CancellationToken cancellation)
        {
            var rows = new PortRows();
            rows.Update(client.Ports!, PortFilter.Parse(query.Filter).At(client.PortsAsOf), PortSort.Parse(query.Sort), hold: false);
            return Task.FromResult<IReadOnlyList<PortSummary>>(rows.Rows);
        }

        public Task<IReadOnlyList<PortSummary>> FreezeAsync(CancellationToken cancellation)
        {
            _baseline.Clear();
            foreach (var port in client.Ports!)
            {
                _baseline.Add(port);
            }

            return Task.FromResult(client.Ports!);
        }
    }
}
