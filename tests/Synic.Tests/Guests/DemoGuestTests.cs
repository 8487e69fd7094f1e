using System.Text;
using Synic.Backends;
using Synic.Diagnostics;
using Synic.Guests;
using Synic.Hv;
using Synic.Tests.Backends;

namespace Synic.Tests.Guests;

/// <summary>The demo guest on every backend that is here: what it counted is what the host counted.</summary>
public sealed class DemoGuestTests
{
    private const int Rounds = 24;

    [KvmFact]
    public Task Demo_OnKvm_EveryCountAgrees() => RunAsync(BackendKind.Kvm, vps: 2);

    [KvmFact]
    public Task Demo_OnKvmWithSixteenVps_EveryCountAgrees() => RunAsync(BackendKind.Kvm, vps: 16);

    [Fact]
    public Task Demo_Simulated_MakesTheSameCalls() => RunAsync(BackendKind.Emulated, vps: 2);

    [KvmFact]
    public async Task Demo_OnKvm_GuestAndHostCountTheSameStatuses()
    {
        using var partition = HypervisorCatalog.Create(BackendKind.Kvm, new PartitionOptions(), out _);
        using var guest = DemoGuest.Load(partition, new DemoGuestOptions { RoundsPerSecond = 200, Rounds = Rounds }, new Text());
        partition.Start();
        await partition.Completion.WaitAsync(TestContext.Current.CancellationToken);
        partition.Stop();

        var contexts = partition.Ports.Map.Contexts;
        foreach (var (index, name) in FailureStatus.Names.Index().Where(static n => n.Item != "other"))
        {
            var status = Enumerable.Range(1, 255).Select(static s => new HvStatus((ushort)s)).First(s => s.Name == name);
            Assert.Equal(GuestCount(partition, DemoLayout.PostStatuses, status), contexts.Sum(c => c.Counters.PostFailures(index)));
            Assert.Equal(
                GuestCount(partition, DemoLayout.SignalStatuses, status),
                contexts.Sum(c => c.Counters.SignalFailures(index, SignalPath.Hypercall)));
        }
    }

    private static async Task RunAsync(BackendKind kind, int vps)
    {
        var text = new Text();
        using var partition = HypervisorCatalog.Create(kind, new PartitionOptions { Vps = vps }, out _);
        using var guest = DemoGuest.Load(partition, new DemoGuestOptions { RoundsPerSecond = 200, Rounds = Rounds }, text);

        partition.Start();
        var exit = await partition.Completion.WaitAsync(TestContext.Current.CancellationToken);
        partition.Stop();

        Assert.True(exit.Clean, exit.Reason);
        var output = text.ToString();
        Assert.Contains("sent \"vp0 round 000001\", received \"vp0 round 000001\"", output, StringComparison.Ordinal);
        Assert.Contains("post of 241 bytes: refused with 0x05", output, StringComparison.Ordinal);
        var ports = partition.Ports.Map.Snapshot().ToDictionary(static p => p.Connection);
        Assert.Equal(Rounds, ports[DemoLayout.Echo(new VpIndex(0))].Statistics.Calls);
        Assert.Equal(Rounds / 8, ports[DemoLayout.Secure].Statistics.Denied);
        Assert.Equal(Rounds / 8, ports[DemoLayout.Full].Statistics.Busy);
        Assert.Equal(Rounds / 8, ports[DemoLayout.Counter].Statistics.WrongKind);
        Assert.Equal(Rounds * HvMessage.MaxPayload, ports[DemoLayout.Sink].Statistics.Bytes);
        Assert.Equal(
            Enumerable.Range(0, vps).Sum(i => ports[DemoLayout.Echo(new VpIndex((uint)i))].Statistics.Calls),
            partition.Synic.Counters.Messages);
        Assert.Equal(partition.Synic.Counters.Messages, partition.Synic.Counters.Delivered);
        var rounds = partition.Synic.Counters.Messages; // each begins with a post to an echo
        var page = partition.Monitors!.Page(Vtl.Vtl0);
        Assert.Equal(rounds, ports[DemoLayout.Monitored].Statistics.Calls);
        Assert.Equal(rounds, page.Monitors.Triggers(DemoLayout.MonitoredId));
        Assert.InRange(page.Monitors.Triggers(DemoLayout.SlowMonitoredId), Rounds / 8, rounds / 2);
        Assert.Equal((rounds + page.Monitors.Triggers(DemoLayout.SlowMonitoredId), 0, 0), (page.Signalled, page.UnknownTriggers, page.OutsideWrites));
    }

    private static long GuestCount(IPartition partition, int table, HvStatus status)
    {
        var sum = 0L;
        Span<byte> value = stackalloc byte[8];
        for (var vp = 0u; vp < partition.VpCount; vp++)
        {
            Assert.True(partition.Memory.TryRead(DemoLayout.Block(new VpIndex(vp)) + (ulong)(table + (8 * status.Value)), value));
            sum += BitConverter.ToInt64(value);
        }

        return sum;
    }

    private sealed class Text : ISerialSink
    {
        private readonly StringBuilder _text = new();
        private readonly Lock _gate = new(); // guards _text

        public void Write(byte value)
        {
            lock (_gate)
            {
                _text.Append((char)value);
            }
        }

        public override string ToString()
        {
            lock (_gate)
            {
                return _text.ToString();
            }
        }
    }
}
