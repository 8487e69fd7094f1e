using Synic.Diagnostics;

namespace Synic.Tests.Diagnostics;

public sealed class GuestDeliveryCountersTests
{
    [Fact]
    public void Add_Another_AddsEveryCell()
    {
        var (sum, other) = (new GuestDeliveryCounters(), new GuestDeliveryCounters());
        foreach (var counters in (GuestDeliveryCounters[])[sum, other, other])
        {
            counters.CountMessage();
            counters.CountDelivered();
            Array.ForEach(Enum.GetValues<DeferReason>(), counters.CountDeferred);
            Array.ForEach(Enum.GetValues<DropReason>(), r => counters.CountDropped(r));
            counters.CountEvent(EventResult.Interrupt);
            Array.ForEach(Enum.GetValues<EventDropReason>(), counters.CountEventDropped);
            Array.ForEach(Enum.GetValues<EomResult>(), counters.CountEom);
        }

        sum.Add(other);

        Assert.Equal((3, 3, 3), (sum.Messages, sum.Delivered, sum.Events(EventResult.Interrupt)));
        Assert.All(Enum.GetValues<DeferReason>(), r => Assert.Equal(3, sum.Deferred(r)));
        Assert.All(Enum.GetValues<DropReason>(), r => Assert.Equal(3, sum.Dropped(r)));
        Assert.All(Enum.GetValues<EventDropReason>(), r => Assert.Equal(3, sum.EventsDropped(r)));
        Assert.All(Enum.GetValues<EomResult>(), r => Assert.Equal(3, sum.Eoms(r)));
    }
}
