using Synic.Backends;
using Synic.Guests;

namespace Synic.Daemon.Partitions;

/// <summary>Where partitions and guests come from; a test has its own.</summary>
internal interface IPartitionFactory
{
    IReadOnlyList<BackendProbe> Probe();

    /// <inheritdoc cref="HypervisorCatalog.Create"/>
    IPartition Create(BackendKind? kind, PartitionOptions options, out string reason);

    IGuest LoadDemo(IPartition partition, DemoGuestOptions options, ISerialSink serial);

    /// <inheritdoc cref="FileGuest.Load"/>
    IGuest LoadFile(IPartition partition, FileGuestOptions options, ISerialSink serial);
}

/// <summary>The real ones.</summary>
internal sealed class CatalogPartitionFactory : IPartitionFactory
{
    public IReadOnlyList<BackendProbe> Probe() => HypervisorCatalog.Probe();

    public IPartition Create(BackendKind? kind, PartitionOptions options, out string reason) =>
        HypervisorCatalog.Create(kind, options, out reason);

    public IGuest LoadDemo(IPartition partition, DemoGuestOptions options, ISerialSink serial) =>
        DemoGuest.Load(partition, options, serial);

    public IGuest LoadFile(IPartition partition, FileGuestOptions options, ISerialSink serial) =>
        FileGuest.Load(partition, options, serial);
}

/// <summary>Nobody: memory, VPs and ports for whoever acts as the guest.</summary>
internal sealed class NoGuest : IGuest
{
    public string Kind => Configuration.GuestSettings.None;

    public bool Simulated => false;

    public string Description => "no guest: the API can act as one";

    public void Dispose()
    {
    }
}
