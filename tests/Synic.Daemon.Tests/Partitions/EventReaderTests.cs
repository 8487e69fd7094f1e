using Microsoft.Extensions.Time.Testing;
using Synic.Contracts.Filters;
using Synic.Daemon.Partitions;
using Synic.History;
using Synic.Hv;

namespace Synic.Daemon.Tests.Partitions;

public sealed class EventReaderTests : IDisposable
{
    private readonly EventHub _hub = new(new FakeTimeProvider());
    private readonly EventHistory _first;
    private readonly EventHistory _second;

    public EventReaderTests()
    {
        _first = _hub.AddPartition("a");
        _second = _hub.AddPartition("b");
    }

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void TryTake_ReaderStopsReading_IsToldHowMuchItMissed()
    {
        var reader = Reader([_first], after: 0);
        Write(_first, 3);
        Assert.True(reader.TryTake(out var record));
        Assert.Equal(1, record.Seq);

        Write(_first, EventHistory.Capacity + 500);

        // What it had copied before is not lost.
        Assert.True(reader.TryTake(out record));
        Assert.True(reader.TryTake(out record));
        Assert.Equal((3, "port.refused"), (record.Seq, record.Kind));
        Assert.True(reader.TryTake(out record));
        Assert.Equal(("dropped", "overwritten", 500L, 503L), (record.Kind, record.Reason, record.Count, record.Seq));
        Assert.True(reader.TryTake(out record));
        Assert.Equal(504, record.Seq);
    }

    [Fact]
    public void TryTake_TwoPartitions_InTheOrderOfTheNumbers()
    {
        var reader = Reader([_first, _second], after: null);
        for (var i = 0; i < 600; i++)
        {
            Write(i % 3 == 0 ? _first : _second, 1);
        }

        var seen = new List<long>();
        while (reader.TryTake(out var record))
        {
            seen.Add(record.Seq);
        }

        Assert.Equal(Enumerable.Range(1, 600).Select(static i => (long)i), seen);
    }

    [Fact]
    public void TryTake_TwoPartitionsResumedLate_CountsNoMoreThanIsGone()
    {
        Write(_first, 10);
        Write(_second, EventHistory.Capacity + 100);

        var reader = Reader([_first, _second], after: 2);

        Assert.True(reader.TryTake(out var record));
        Assert.Equal(("dropped", 100L), (record.Kind, record.Count));
        Assert.True(reader.TryTake(out record));
        Assert.Equal((3, "a"), (record.Seq, record.Partition));
    }

    [Fact]
    public void TryTake_FilteredAway_StillMoves()
    {
        var reader = new EventReader(_hub, [_first], 0, EventFilters.Table.Parse("kind:post"), new EventView(_hub, payloads: false));
        Write(_first, 5);

        Assert.False(reader.TryTake(out _));
        Assert.Equal(5, reader.Seen);
    }

    private EventReader Reader(IReadOnlyList<EventHistory> histories, long? after) =>
        new(_hub, histories, after, EventFilters.Table.Parse(""), new EventView(_hub, payloads: false));

    private void Write(EventHistory history, int records)
    {
        for (var i = 0; i < records; i++)
        {
            history.Tap.PortRefused(new ConnectionId((uint)i), 0);
            if (i % 1000 == 999)
            {
                _hub.Collect();
            }
        }

        _hub.Collect();
    }
}
