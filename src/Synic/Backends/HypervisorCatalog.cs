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
        new BackendProbe(BackendKind.Emulated, true, "needs nothing from the machine"),
    ];

    /// <summary>Makes a partition.</summary>
    /// <param name="kind">Null for the first usable one.</param>
    /// <param name="options">What it is made of.</param>
    /// <param name="reason">Why this backend, for people.</param>
    /// <exception cref="Hv.HypervisorException">The backend cannot be used; the message has the remedy.</exception>
    public static IPartition Create(BackendKind? kind, PartitionOptions options, out string reason) =>
        throw new NotSupportedException();
}
