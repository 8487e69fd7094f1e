using Synic.Faults;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Partitions;

/// <summary>What guests are known to do about a fault. Of Linux the source tells; of Windows nothing public does.</summary>
internal static class GuestReactions
{
    public static IReadOnlyList<string> Of(FaultRule rule) => rule.DryRun
        ? ["None: the rule only counts."]
        : [.. Linux(rule), "Windows: not public; nothing is said about it here."];

    private static IEnumerable<string> Linux(FaultRule rule)
    {
        var match = rule.Match;
        switch (rule.Action.Kind)
        {
            case FaultEffectKind.Status or FaultEffectKind.StatusAfter:
                foreach (var text in OfStatus(rule))
                {
                    yield return text;
                }

                break;
            case FaultEffectKind.Busy when match.Has(FaultOperation.PostMessage):
                yield return Retry("-ENOBUFS");
                break;
            case FaultEffectKind.Drop or FaultEffectKind.Corrupt when match.Has(FaultOperation.PostMessage) || match.Has(FaultOperation.GuestMessage):
                yield return "Linux: waits without a limit for the answer to most VMBus requests; it may hang.";
                break;
            case FaultEffectKind.Drop or FaultEffectKind.LoseInterrupt or FaultEffectKind.WrongVp:
                yield return "Linux: does not see it until the next interrupt of the channel; a quiet channel may stay stuck.";
                break;
            case FaultEffectKind.Delay or FaultEffectKind.Reexecute:
                yield return "Any guest: time passes; on a hypercall the calling VP stands still meanwhile.";
                break;
            case FaultEffectKind.KeepPending:
                yield return "Any guest: the messages behind wait until their slot is given free, at the latest when the rule ends.";
                break;
            case FaultEffectKind.SpuriousInterrupt:
                yield return "Linux: scans the flags, and finds none.";
                break;
            case FaultEffectKind.Verify:
                yield return "None: nothing is changed.";
                break;
            default:
                yield return "Linux: not known from its source.";
                break;
        }
    }

    private static IEnumerable<string> OfStatus(FaultRule rule)
    {
        var status = rule.Action.Status;
        if (rule.Match.Has(FaultOperation.PostMessage))
        {
            yield return status switch
            {
                _ when status == HvStatus.InsufficientBuffers || status == HvStatus.InsufficientMemory => Retry("-ENOBUFS"),
                _ when status == HvStatus.InvalidConnectionId =>
                    Retry("-EAGAIN") + " The message that begins a VMBus connection is not retried: newer kernels give up at once.",
                _ => "Linux: one line in its log, then -EINVAL; the message is not posted again.",
            };
        }

        if (rule.Match.Has(FaultOperation.SignalEvent))
        {
            yield return "Linux: ignores what a signal answers; there is no effect beyond the lost signal.";
        }

        if (rule.Match.Has(FaultOperation.PortRegister))
        {
            yield return "No guest sees it: the host side cannot have the port.";
        }
    }

    private static string Retry(string error) =>
        $"Linux: posts again, up to 100 times with waits that double from 1 µs to 2.1 s, about 168 s in all; then {error}.";
}
