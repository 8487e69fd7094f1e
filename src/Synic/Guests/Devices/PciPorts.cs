using Synic.Backends;

namespace Synic.Guests.Devices;

/// <summary>
/// The ports of PCI configuration, all-ones: a guest that probes concludes that there is no PCI. The reset control
/// register, which chipsets have among them, resets.
/// </summary>
internal sealed class PciPorts(Action<PartitionExit> end) : IPortDevice
{
    public const ushort ResetControl = 0xCF9;

    /// <summary>RST_CPU; SYS_RST beside it says how hard, which makes no difference here.</summary>
    public const byte ResetCpu = 4;

    public ushort FirstPort => 0xCF8;

    public int PortCount => 8;

    // Wider accesses are to the address register at 0xCF8: only a byte reaches the reset control register.
    public bool TryOut(int offset, ReadOnlySpan<byte> data)
    {
        if (FirstPort + offset == ResetControl && data is [var value] && (value & ResetCpu) != 0)
        {
            end(PartitionExit.Reboot("reset control register"));
        }

        return true;
    }

    public bool TryIn(int offset, Span<byte> data) => true;
}
