using Synic.Contracts;
using Synic.Daemon.Partitions;
using Synic.Faults;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Api;

/// <summary>Decisions of fault rules in the words of the API.</summary>
internal static class FaultDecisions
{
    /// <summary>Of each rule.</summary>
    public const int Kept = 1024;

    public static FaultDecisionSummary Summarize(FaultDecision decision, FaultRule rule, EventHub hub)
    {
        var guestBound = decision.Operation is FaultOperation.GuestMessage or FaultOperation.GuestEvent;
        return new FaultDecisionSummary
        {
            Number = decision.Number,
            Time = EventView.Microseconds(hub.Since + hub.Time.GetElapsedTime(hub.SinceTimestamp, decision.Timestamp)),
            Operation = Names.Of(decision.Operation),
            Connection = guestBound ? null : $"{decision.Connection}",
            Vtl = decision.Vtl.Value,
            Vp = decision.Vp == VpIndex.Any ? null : decision.Vp.Value,
            Sint = guestBound ? decision.Sint.Value : null,
            Outcome = Names.Of(decision.Outcome),
            Draw = $"0x{decision.Draw:x16}",
            Seed = $"0x{rule.Seed:x}",
        };
    }
}
