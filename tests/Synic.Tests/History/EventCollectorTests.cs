using Microsoft.Extensions.Time.Testing;
using Synic.History;
using Synic.Hv;

namespace Synic.Tests.History;

public sealed class EventCollectorTests
{
    private static readonly ConnectionId s_connection = new(0x2001);

    private readonly FakeTimeProvider _time = new();
    private readonly EventCollector _collector = new();
    private readonly CallTap _tap;
    private readonly EventHistory _history;
    private readonly EventBatch _batch = new();

    public EventCollectorTests()
    {
        _tap = new CallTap(_time);
        _history = _collector.Add("a", _tap);
    }

    [Fact]
    public void Collect_RingOverrun_AnnouncesHowManyAreMissing()
    {
        var ring = _tap.CreateRing(new VpIndex(3));
        for (var i = 0; i < 5000; i++)
        {
            Signal(ring, i);
        }

        Assert.Equal(4096 + 1, _collector.Collect());

        var last = Last();
        Assert.Equal((CallKind.Dropped, CallReason.RingFull, 904UL, (byte)3), (last.Kind, last.Reason, last.Value, last.Vp));
        Assert.Equal(0, _collector.Collect()); // once
    }

    [Fact]
    public void Collect_SeveralRingsAndPartitions_NumbersByTimeWithoutGaps()
    {
        var other = new CallTap(_time);
        var otherHistory = _collector.Add("b", other);
        var first = _tap.CreateRing(new VpIndex(0));
        var second = _tap.CreateRing(new VpIndex(1));
        var third = other.CreateRing(new VpIndex(0));
        Signal(second, 2);
        Signal(third, 3);
        Signal(first, 1);
        Signal(first, 4);

        _collector.Collect();

        Assert.Equal([(1L, 1L), (2, 2), (4, 4)], Read(_history).Select(e => (e.Sequence, e.Call.Timestamp)));
        Assert.Equal([(3L, 3L)], Read(otherHistory).Select(e => (e.Sequence, e.Call.Timestamp)));
        Assert.Equal(4, _collector.LastSequence);
    }

    [Fact]
    public void Collect_PortCameAndWent_IsNamedForTheCallsOfItsTime()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        var ring = _tap.CreateRing(new VpIndex(0));
        Signal(ring, _time.GetTimestamp());
        _time.Advance(TimeSpan.FromSeconds(1));
        _tap.PortAdded(s_connection, 7, "first", isMessage: true, Vtl.Vtl0);
        Signal(ring, _time.GetTimestamp());
        _time.Advance(TimeSpan.FromSeconds(1));
        _tap.PortRemoved(s_connection, 7);
        _time.Advance(TimeSpan.FromSeconds(1));
        _tap.PortAdded(s_connection, 8, "second", isMessage: false, Vtl.Vtl0);
        Signal(ring, _time.GetTimestamp());

        _collector.Collect();

        var calls = Read(_history).Where(e => e.Call.Kind == CallKind.Signal);
        Assert.Equal([null, "first", "second"], calls.Select(e => e.Port?.Owner));
        Assert.Equal([CallReason.NoPort, CallReason.WrongKind, CallReason.NoPort], calls.Select(e => e.Call.Reason));
    }

    [Fact]
    public async Task Collect_SixteenVpsWriteMeanwhile_LosesNothingUnannounced()
    {
        const int calls = 40_000;
        var writers = Enumerable.Range(0, 16).Select(vp => Task.Run(() =>
        {
            var ring = _tap.CreateRing(new VpIndex((uint)vp));
            for (var i = 1; i <= calls; i++)
            {
                Signal(ring, i, new ConnectionId((uint)i));
            }
        })).ToArray();
        var seen = new Counter();
        using var attached = _history.Attach(seen);

        while (!Task.WhenAll(writers).IsCompleted)
        {
            _collector.Collect();
        }

        await Task.WhenAll(writers);
        _collector.Collect();

        Assert.Equal(16 * calls, seen.Records + seen.Dropped);
        Assert.True(seen.InOrder);
        Assert.Equal(_collector.LastSequence, seen.LastSequence);
    }

    [Fact]
    public void Read_OverwrittenRecords_BeginsWithTheOldestThatIsLeft()
    {
        var ring = _tap.CreateRing(new VpIndex(0));
        for (var i = 0; i < EventHistory.Capacity + 10; i++)
        {
            Signal(ring, i);
            if (i % 1000 == 0)
            {
                _collector.Collect();
            }
        }

        _collector.Collect();
        _history.Read(place: 3, most: 2, long.MaxValue, _batch);

        Assert.Equal((10, 2), (_batch.First, _batch.Count));
        Assert.Equal(11, _batch.Entries[0].Sequence);
        Assert.Equal(10, _history.PlaceBehind(4));
        Assert.Equal(20, _history.PlaceBehind(20));
        Assert.Equal(_history.End, _history.PlaceBehind(long.MaxValue));
    }

    [Fact]
    public void Read_PayloadWhoseRoomIsTaken_HasOnlySizeAndHash()
    {
        var ring = _tap.CreateRing(new VpIndex(0));
        var payload = new byte[240];
        for (var i = 0; i < 10_000; i++)
        {
            payload[0] = (byte)i;
            var record = new CallRecord { Kind = CallKind.Post, Size = 240, Fields = CallFields.Payload };
            ring.Write(ref record, payload);
            if (i % 500 == 0)
            {
                _collector.Collect();
            }
        }

        _collector.Collect();
        _history.Read(0, 1, long.MaxValue, _batch);
        Assert.False(_batch.TryGetPayload(0, out _));
        Assert.NotEqual(0UL, _batch.Entries[0].Call.PayloadHash);

        _history.Read(9_999, 1, long.MaxValue, _batch);
        Assert.True(_batch.TryGetPayload(0, out var kept));
        Assert.Equal(unchecked((byte)9_999), kept[0]);
    }

    [Fact]
    public void Labels_EveryKindAndReason_HasOne()
    {
        foreach (var kind in Enum.GetValues<CallKind>().Where(k => k != CallKind.None))
        {
            Assert.True(CallLabels.TryParse(CallLabels.Of(kind), out var parsed));
            Assert.Equal(kind, parsed);
        }

        Assert.False(CallLabels.TryParse("none", out _));
        Assert.Equal("payload_too_long", CallLabels.Of(CallReason.PayloadTooLong));
    }

    private static void Signal(CallRing ring, long timestamp, ConnectionId? connection = null)
    {
        var record = new CallRecord
        {
            Kind = CallKind.Signal,
            Timestamp = timestamp,
            Vp = ring.Vp,
            Connection = (connection ?? s_connection).Value,
            Status = HvStatus.InvalidConnectionId.Value,
            Fields = CallFields.Connection,
        };
        ring.Write(ref record, default);
    }

    private CallRecord Last()
    {
        _history.Read(_history.End - 1, 1, long.MaxValue, _batch);
        return _batch.Entries[0].Call;
    }

    private EventEntry[] Read(EventHistory history)
    {
        history.Read(0, EventBatch.Size, long.MaxValue, _batch);
        return _batch.Entries.ToArray();
    }

    /// <summary>Sees that numbers rise, and that each VP's records come in its order.</summary>
    private sealed class Counter : IEventSink
    {
        private readonly uint[] _last = new uint[16];

        public long Records { get; private set; }

        public long Dropped { get; private set; }

        public long LastSequence { get; private set; }

        public bool InOrder { get; private set; } = true;

        public void Take(in EventEntry entry, ReadOnlySpan<byte> payload)
        {
            InOrder &= entry.Sequence == LastSequence + 1;
            LastSequence = entry.Sequence;
            if (entry.Call.Kind == CallKind.Dropped)
            {
                Dropped += (long)entry.Call.Value;
                return;
            }

            Records++;
            InOrder &= entry.Call.Connection > _last[entry.Call.Vp];
            _last[entry.Call.Vp] = entry.Call.Connection;
        }
    }
}
