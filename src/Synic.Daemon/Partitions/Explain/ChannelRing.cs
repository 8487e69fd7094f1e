using System.Globalization;
using Synic.Contracts;
using Synic.History;
using Synic.VmBus;

namespace Synic.Daemon.Partitions.Explain;

/// <summary>
/// Whether a VMBus channel waits for a signal that never came. The host signals only into an empty ring, so one lost
/// signal can silence a channel for good.
/// </summary>
/// <param name="host">The partition.</param>
/// <param name="delivery">The signal of the channel: its flag is the channel's id.</param>
internal sealed class ChannelRing(PartitionHost host, ExplainedDelivery delivery)
{
    public const string Name = "ring_read";

    private const int MostBatches = 16; // 4096 events back

    /// <summary>Adds the check, if the flag is a channel's that is open.</summary>
    /// <param name="checks">Gets it.</param>
    /// <param name="hints">Gets what to know about it.</param>
    /// <param name="flagSet">The guest has not looked at the last signal; null when not known.</param>
    public void AddTo(CheckList checks, List<ExplainHint> hints, bool? flagSet)
    {
        if (Channel() is not { Open: { } open } channel)
        {
            return;
        }

        var ring = open.Outgoing;
        var link = $"{CheckList.PathsOf(host)}/vmbus";
        var unread = ring.In >= ring.Out ? ring.In - ring.Out : ring.Size - ring.Out + ring.In;
        var value = string.Create(CultureInfo.InvariantCulture, $"{unread} bytes unread");
        var last = LastSignal();
        if (unread == 0 || ring.Mask != 0)
        {
            checks.Add(Name, holds: true, value, unread == 0 ? $"the guest has read all that channel {channel.Id} '{channel.Name}' has sent" : "the guest is reading: it wants no signals now", link);
        }
        else if (flagSet != false)
        {
            checks.Unknown(Name, value, "the guest has been signalled, and has not looked yet", link);
        }
        else if (last is not { Call.Status: (ushort)DeliveryOutcome.Dropped } lost)
        {
            checks.Unknown(Name, value, "the guest has taken the last signal, and may be reading", link);
        }
        else
        {
            checks.Add(
                Name, holds: false, value, $"channel {channel.Id} '{channel.Name}' waits to be read, but its last signal (event {lost.Sequence}) was dropped: {Cause(lost)}",
                link, host.TimeOf(lost.Call.Timestamp));
            hints.Add(new ExplainHint("The host signals a channel only when its ring was empty: the guest hears nothing more of it until it looks by itself.", link));
        }
    }

    private VmBusChannelSnapshot? Channel() => delivery.Sint != Hv.SintIndex.VmBus || delivery.Vtl != Hv.Vtl.Vtl0
        ? null
        : host.VmBus?.Snapshot().Channels.FirstOrDefault(c => c.Id == delivery.Flag && c.Open?.TargetVp == delivery.Vp.Value);

    private string Cause(in EventEntry lost) =>
        lost.Call.InjectedBy != 0 ? $"injected by {(host.Faults?.IdOf(lost.Call.InjectedBy) is { } rule ? $"'{rule}'" : "a fault rule")}" : CallLabels.Of(lost.Call.Reason) ?? "no reason is known";

    private EventEntry? LastSignal()
    {
        var batch = new EventBatch();
        var end = host.Events.End;
        for (var batches = 0; batches < MostBatches && end > host.Events.Begin; batches++)
        {
            var begin = Math.Max(host.Events.Begin, end - EventBatch.Size);
            host.Events.Read(begin, (int)(end - begin), long.MaxValue, batch);
            for (var i = batch.Count - 1; i >= 0; i--)
            {
                ref readonly var entry = ref batch.Entries[i];
                if (entry.Call.Kind == CallKind.GuestEvent && entry.Call.Flag == delivery.Flag
                    && entry.Call.Index == delivery.Sint.Value && entry.Call.Vp == delivery.Vp.Value)
                {
                    return entry;
                }
            }

            end = begin;
        }

        return null;
    }
}
