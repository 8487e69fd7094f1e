using Synic.Backends;

namespace Synic.Guests.Devices;

/// <summary>QEMU's isa-debug-exit: what is written here is the guest's verdict, and the end.</summary>
internal sealed class DebugExit(Action<PartitionExit> end) : IPortDevice
{
    public const ushort Port = 0xF4;

    public ushort FirstPort => Port;

    public int PortCount => 4;

    public bool TryOut(int offset, ReadOnlySpan<byte> data)
    {
        if (offset != 0)
        {
            return false;
        }

        var value = 0u;
        for (var i = data.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | data[i];
        }

        end(new PartitionExit(
            Clean: value == 0, value, value == 0 ? "the guest powered off" : $"the guest ended with the value {value}"));
        return true;
    }

    public bool TryIn(int offset, Span<byte> data)
    {
        data.Clear();
        return offset == 0;
    }
}
