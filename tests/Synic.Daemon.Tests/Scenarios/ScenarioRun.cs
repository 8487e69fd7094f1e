using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Synic.Backends;
using Synic.Contracts.Filters;
using Synic.Daemon.Partitions;
using Synic.Faults;
using Synic.Guests;
using Synic.Hv;

namespace Synic.Daemon.Tests.Scenarios;

/// <summary>The demo guest under a daemon, with a scenario started as its user starts it.</summary>
internal sealed class ScenarioRun : IAsyncDisposable
{
    private readonly TestDaemon _daemon;

    private ScenarioRun(TestDaemon daemon, CancellationToken cancellation)
    {
        _daemon = daemon;
        Cancellation = cancellation;
    }

    public PartitionHost Host => _daemon.Host;

    private CancellationToken Cancellation { get; }

    public static async Task<ScenarioRun> StartAsync(string backend, string scenario, CancellationToken cancellation)
    {
        var run = new ScenarioRun(await TestDaemon.StartAsync(
            null,
            ("Synic:Partitions:0:Backend", backend), ("Synic:Partitions:0:Guest:Kind", "demo"), ("Synic:Partitions:0:Guest:RoundsPerSecond", "100"),
            ("Synic:Partitions:0:Serial", "none"), ("Synic:Partitions:0:VmBus:Enabled", "true")), cancellation);
        try
        {
            await run.UntilAsync(() => run.Count("kind:guest.message status:delivered") > 0); // it talks, and hears
            using var response = await run._daemon.Operator.PostAsync($"{TestDaemon.Partition}/scenarios/{scenario}/start", null, cancellation);
            response.EnsureSuccessStatusCode();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    public FaultRuleView Rule(string id) => Host.Faults!.Get(id);

    public Task UntilExhaustedAsync(string id) => UntilAsync(() => Rule(id).State == FaultState.Exhausted);

    public async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            Assert.False(Host.State == PartitionState.Failed, Host.Exit?.Reason);
            await Task.Yield();
            Cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Records of the history, as somebody with the token sees them, in order.</summary>
    public async Task<List<JsonNode>> EventsAsync(string filter)
    {
        var text = await _daemon.Operator.GetStringAsync($"{TestDaemon.Partition}/events?limit=1000&filter={Uri.EscapeDataString(filter)}", Cancellation);
        return [.. JsonNode.Parse(text)!["items"]!.AsArray().Select(static e => e!)];
    }

    public int Count(string filter)
    {
        var hub = _daemon.Services.GetRequiredService<EventHub>();
        hub.Collect();
        return new EventList(hub, [Host.Events], EventFilters.Table.Parse(filter), new EventView(hub, payloads: false)).Count();
    }

    /// <summary>A series of the metrics, by its whole name.</summary>
    public async Task<double> MetricAsync(string series)
    {
        var text = await _daemon.Viewer.GetStringAsync("/metrics", Cancellation);
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(series + " ", StringComparison.Ordinal));
        Assert.True(line is not null, $"there is no {series}");
        return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Waits until the guest itself has counted the injected answers, on top of those that its calls always get. Only code
    /// of a guest counts.
    /// </summary>
    public Task UntilGuestCountedAsync(int table, HvStatus status, long injected) => Host.Guest.Simulated
        ? Task.CompletedTask
        : UntilAsync(() =>
        {
            var seen = GuestCount(table, status);
            var kind = table == DemoLayout.PostStatuses ? "post" : "signal";
            return seen >= injected + Count($"kind:{kind} status:{status.Name} -injected:*");
        });

    public void PostAsGuest(ConnectionId connection, byte[] message) =>
        Assert.Equal(HvStatus.Success, Host.Post(Vtl.Vtl0, connection, HvMessage.TypeChannel, message));

    /// <summary>Ends a rule as its user does.</summary>
    public async Task DeleteAsync(string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"{TestDaemon.Partition}/faults/{id}");
        request.Headers.Add("If-Match", "*");
        using var response = await _daemon.Operator.SendAsync(request, Cancellation);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>What the demo wrote into a message.</summary>
    public static string TextOf(JsonNode record) => Encoding.ASCII.GetString(Convert.FromBase64String((string)record["payload"]!));

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    private long GuestCount(int table, HvStatus status)
    {
        var sum = 0L;
        for (var vp = 0u; vp < Host.Partition.VpCount; vp++)
        {
            var place = DemoLayout.Block(new VpIndex(vp)) + (ulong)(table + (8 * status.Value));
            Assert.True(Host.Partition.Memory.TryReadUInt32(place, out var count)); // of 64 bits; the others are 0
            sum += count;
        }

        return sum;
    }
}
