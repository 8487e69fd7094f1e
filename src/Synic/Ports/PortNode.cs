using Synic.Inspection;

namespace Synic.Ports;

/// <summary>Shows one port; its counters are added over all VPs when somebody looks.</summary>
internal sealed class PortNode(PortTree tree, PortRegistration port) : IInspectable
{
    private const string Active = "active";
    private const string Suspended = "suspended";

    private static readonly InspectTraits s_fastPath = InspectTraits.Safe with
    {
        Range = $"{Active} or {Suspended}",
        Effect = "while it is suspended, every signal leaves the guest and comes through the port map: it is counted, recorded and subject to fault rules, and slower",
    };

    public void Inspect(InspectResponse node)
    {
        var statistics = port.Statistics;
        var fast = port.FastPathSignals;
        PortFields.ShowKind(node, port.Port.Kind);
        node.Field("minimum_vtl", port.MinimumVtl.Value, InspectTraits.Safe);
        node.Field("owner", port.Owner, InspectTraits.Safe);
        node.Field("since", port.Since, InspectTraits.Safe);
        node.Field("generation", port.Generation, InspectTraits.Safe);
        ShowFastPath(node);
        node.Field("monitor_id", port.Monitor?.Id.Value, InspectTraits.Safe);
        PortFields.ShowCounters(node, port.Port.Kind, statistics, fast);
        node.Field(
            "last_activity", fast is null ? null : tree.TimeOf(Math.Max(statistics.LastActivity, tree.FastActivity(port))),
            InspectTraits.Safe with { NotKnown = fast is null ? PortFields.NotCounted : null });
    }

    private void ShowFastPath(InspectResponse node)
    {
        if (port.FastPath is not { } fastPath)
        {
            node.Field("fast_path", "none", InspectTraits.Safe);
            return;
        }

        var state = fastPath.Active ? Active : Suspended;
        if (tree.SetFastPath is null)
        {
            node.Field("fast_path", state, InspectTraits.Safe);
        }
        else
        {
            node.Mutable("fast_path", state, s_fastPath, UpdateFastPath);
        }

        node.Field("fast_path_failure", fastPath.ResumeFailure, InspectTraits.Safe);
    }

    private InspectUpdate UpdateFastPath(string text)
    {
        if (text is not (Active or Suspended))
        {
            return InspectUpdate.Rejected($"a fast path is not '{text}'");
        }

        tree.SetFastPath!(port, text == Active);
        var now = port.FastPathActive ? Active : Suspended;
        return now == text ? InspectUpdate.Accepted(now)
            : InspectUpdate.Rejected(text == Active
                ? port.FastPath!.ResumeFailure ?? "the fast path is suspended by somebody else too"
                : "the fast path is still active");
    }
}
