using Synic.Diagnostics;

namespace Synic.Tests.Diagnostics;

public sealed class DeliveryLabelsTests
{
    [Fact]
    public void Of_EveryReason_IsTheMetricsWord()
    {
        Assert.Equal(["slot_busy", "simp_disabled", "scontrol_disabled", "vp_offline", "held"], Labels<DeferReason>());
        Assert.Equal(
            ["masked", "queue_full", "invalid_vp", "invalid_sint", "reset", "invalid_message", "partition_gone", "injected"],
            Labels<DropReason>());
        Assert.Equal(["interrupt", "coalesced", "dropped"], Labels<EventResult>());
        Assert.Equal(
            ["siefp_disabled", "scontrol_disabled", "masked", "invalid_vp", "invalid_sint", "invalid_flag", "partition_gone", "injected"],
            Labels<EventDropReason>());
        Assert.Equal(["redelivered", "nothing_pending"], Labels<EomResult>());
    }

    private static IEnumerable<string> Labels<TReason>()
        where TReason : struct, Enum => Enum.GetValues<TReason>().Select(DeliveryLabels.Of);
}
