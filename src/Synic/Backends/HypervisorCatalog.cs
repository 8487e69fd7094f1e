using Synic.Backends.Emulated;
using Synic.Backends.Kvm;
using Synic.Hv;

namespace Synic.Backends;

/// <summary>A backend that this build knows.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Usable">It can run here and now.</param>
/// <param name="Reason">Why not, with the remedy; or what it rests on.</param>
public readonly record struct BackendProbe(BackendKind Kind, bool Usable, string Reason);

/// <summary>What this machine can run partitions on, and why not on the rest.</summary>
public static class HypervisorCatalog
{
    /// <summary>All backends in the order in which <c>auto</c> tries them.</summary>
    public static IReadOnlyList<BackendProbe> Probe() =>
    [
        KvmRequirements.Probe(),
        new BackendProbe(BackendKind.Whp, Usable: false, OperatingSystem.IsWindows()
            ? "this version does not drive the Windows Hypervisor Platform yet"
            : "the Windows Hypervisor Platform is a part of Windows"),
        new BackendProbe(BackendKind.Emulated, Usable: true, "needs nothing of the machine, and runs no guest code"),
    ];

    /// <summary>Makes a partition.</summary>
    /// <param name="kind">Null for the first usable one.</param>
    /// <param name="options">What it is made of.</param>
    /// <param name="reason">Why this backend, for people.</param>
    /// <exception cref="HypervisorException">The backend cannot be used; the message has the remedy.</exception>
    public static IPartition Create(BackendKind? kind, PartitionOptions options, out string reason)
    {
        var probes = Probe();
        if (kind is null)
        {
            kind = probes.First(static p => p.Usable).Kind;
            reason = "the first that can be used here"; // and the probes say why the others cannot
        }
        else
        {
            reason = "asked for";
            var probe = probes.First(p => p.Kind == kind);
            if (!probe.Usable)
            {
                throw new HypervisorException(probe.Reason);
            }
        }

        return kind == BackendKind.Kvm ? new KvmPartition(options) : new EmulatedPartition(options);
    }
}
