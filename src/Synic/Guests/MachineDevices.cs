using Synic.Backends;
using Synic.Guests.Devices;
using Synic.Hv;

namespace Synic.Guests;

/// <summary>
/// The I/O ports of a small machine: serial port, debug exit and console, fw_cfg, clock, power and reset, and no PCI. Whatever
/// else a guest reads is all-ones, whatever else it writes vanishes; both are counted.
/// </summary>
internal sealed class MachineDevices : IPortIo
{
    private readonly IPortDevice[] _devices;

    /// <param name="partition">Interrupted by the serial port, ended by the debug exit and by power-off.</param>
    /// <param name="serial">Takes what the guest prints.</param>
    /// <param name="time">The clock's time; the host's by default.</param>
    /// <param name="others">Devices besides those that every machine has.</param>
    public MachineDevices(IPartition partition, ISerialSink serial, TimeProvider? time = null, params IPortDevice[] others)
    {
        Serial = new Uart(level => partition.SetInterruptLine(Uart.Com1Gsi, level), serial);
        _devices =
        [
            Serial,
            new DebugConsole(serial),
            new DebugExit(partition.End),
            .. others,
            new FirmwareConfig(partition.VpCount, partition.Memory.Size),
            new PowerControl(partition.End),
            new Cmos(time ?? TimeProvider.System),
            new KeyboardController(partition.End),
            new PciPorts(partition.End),
        ];
    }

    public Uart Serial { get; }

    public UnhandledPorts Unhandled { get; } = new();

    public void Out(VpIndex vp, ushort port, ReadOnlySpan<byte> data)
    {
        if (Find(port) is not { } device || !device.TryOut(port - device.FirstPort, data))
        {
            Unhandled.Count(port);
        }
    }

    public void In(VpIndex vp, ushort port, Span<byte> data)
    {
        data.Fill(0xFF);
        if (Find(port) is not { } device || !device.TryIn(port - device.FirstPort, data))
        {
            Unhandled.Count(port);
        }
    }

    private IPortDevice? Find(ushort port)
    {
        foreach (var device in _devices)
        {
            if (port >= device.FirstPort && port < device.FirstPort + device.PortCount)
            {
                return device;
            }
        }

        return null;
    }
}
