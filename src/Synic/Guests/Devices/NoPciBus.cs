namespace Synic.Guests.Devices;

/// <summary>The ports of PCI configuration, all-ones: a guest that probes concludes that there is no PCI.</summary>
internal sealed class NoPciBus : IPortDevice
{
    public ushort FirstPort => 0xCF8;

    public int PortCount => 8;

    public bool TryOut(int offset, ReadOnlySpan<byte> data) => true;

    public bool TryIn(int offset, Span<byte> data) => true;
}
