using Synic.Inspection;

namespace Synic.Backends;

/// <summary>Shows what runs a partition, what it can do and why not, and why its VPs left the guest.</summary>
/// <param name="partition">Whose.</param>
/// <param name="reason">Why this backend.</param>
public sealed class BackendTree(IPartition partition, string reason) : IInspectable
{
    public void Inspect(InspectResponse node)
    {
        node.Enum<BackendKind>("kind", partition.Backend, InspectTraits.Safe);
        node.Field("synic_mode", partition.SynicMode, InspectTraits.Safe);
        node.Field("reason", reason, InspectTraits.Safe);
        node.Enum<PartitionState>("state", partition.State, InspectTraits.Safe);
        node.Field("runs_guest_code", partition.RunsGuestCode, InspectTraits.Safe);
        node.Child("capabilities", ShowCapabilities);
        node.Child("exits", ShowExits);
        if (partition.Exit is { } exit)
        {
            node.Child("exit", child =>
            {
                child.Field("clean", exit.Clean, InspectTraits.Safe);
                child.Field("debug_exit_value", exit.DebugExitValue, InspectTraits.Safe);
                child.Field("reason", exit.Reason, InspectTraits.Safe);
            });
        }
    }

    private void ShowCapabilities(InspectResponse node)
    {
        foreach (var capability in partition.Capabilities)
        {
            node.Child(capability.Name, child =>
            {
                child.Field("available", capability.Available, InspectTraits.Safe);
                child.Field("reason", capability.Reason, InspectTraits.Safe);
            });
        }
    }

    private void ShowExits(InspectResponse node)
    {
        foreach (var reason in Enum.GetValues<ExitReason>())
        {
            node.Field(InspectResponse.Snake(reason.ToString()), partition.Exits(reason), InspectTraits.SafeCounter);
        }
    }
}
