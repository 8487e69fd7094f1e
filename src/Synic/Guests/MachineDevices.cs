using Synic.Backends;
using Synic.Hv;

namespace Synic.Guests;

/// <summary>The I/O ports of a small machine: a serial port that only sends, and the debug exit.</summary>
/// <param name="partition">Ended by the debug exit.</param>
/// <param name="serial">Takes what the guest prints.</param>
internal sealed class MachineDevices(IPartition partition, ISerialSink serial) : IPortIo
{
    /// <summary>Four bytes written here end the machine (QEMU's isa-debug-exit).</summary>
    public const ushort DebugExitPort = 0xF4;

    private const ushort SerialTransmit = 0x3F8;
    private const ushort SerialLineStatus = 0x3FD;
    private const byte TransmitterEmpty = 0x60;

    public void Out(VpIndex vp, ushort port, ReadOnlySpan<byte> data)
    {
        switch (port)
        {
            case SerialTransmit:
                serial.Write(data[0]);
                break;
            case DebugExitPort:
                var value = Value(data);
                partition.End(new PartitionExit(
                    Clean: value == 0, value, value == 0 ? "the guest powered off" : $"the guest ended with the value {value}"));
                break;
        }
    }

    public void In(VpIndex vp, ushort port, Span<byte> data)
    {
        data.Fill(0xFF);
        if (port == SerialLineStatus)
        {
            data[0] = TransmitterEmpty;
        }
    }

    private static uint Value(ReadOnlySpan<byte> data)
    {
        var value = 0u;
        for (var i = data.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | data[i];
        }

        return value;
    }
}
