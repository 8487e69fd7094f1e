using Synic.Backends;

namespace Synic.Guests;

/// <summary>The default guest.</summary>
public static class DemoGuest
{
    /// <summary>Loads the guest into a partition that has not started, and registers the ports it talks to.</summary>
    public static IGuest Load(IPartition partition, DemoGuestOptions options, ISerialSink serial) =>
        throw new NotSupportedException();
}
