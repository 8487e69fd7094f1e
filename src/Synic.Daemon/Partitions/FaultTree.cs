using Synic.Faults;
using Synic.Inspection;

namespace Synic.Daemon.Partitions;

/// <summary>Shows the fault rules of a partition by id.</summary>
internal sealed class FaultTree(FaultRules rules) : IInspectable
{
    public void Inspect(InspectResponse node)
    {
        var rows = rules.List().OrderBy(static r => r.Rule.Id, NaturalOrder.Instance).ToList();
        node.Directory("", new InspectTable<FaultRuleView>(
            rows,
            static row => row.Rule.Id,
            key => rows.FindIndex(r => r.Rule.Id == key),
            static row => new Row(row)));
    }

    private sealed class Row(FaultRuleView view) : IInspectable
    {
        public void Inspect(InspectResponse node)
        {
            node.Enum<FaultState>("state", view.State, InspectTraits.Safe);
            node.Field("state_reason", view.StateReason, InspectTraits.Safe);
            node.Field("action", Names.Of(view.Rule.Action.Kind), InspectTraits.Safe);
            node.Field("dry_run", view.Rule.DryRun, InspectTraits.Safe);
            node.Field("priority", view.Rule.Priority, InspectTraits.Safe);
            node.Field("seed", view.Rule.Seed, InspectTraits.SafeHex);
            node.Field("matches", view.Matches, InspectTraits.SafeCounter);
            node.Field("hits", view.Hits, InspectTraits.SafeCounter);
            node.Field("active", view.Active, InspectTraits.SafeCount);
            node.Field("slow_paths", view.SlowPaths, InspectTraits.SafeCount);
        }
    }
}
