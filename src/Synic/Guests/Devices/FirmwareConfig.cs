using System.Buffers.Binary;

namespace Synic.Guests.Devices;

/// <summary>QEMU's fw_cfg, as far as test guests ask it: how many VPs and how much memory there are.</summary>
internal sealed class FirmwareConfig(int vps, ulong memoryBytes) : IPortDevice
{
    private const int Selector = 0;
    private const int Data = 1;

    private readonly Lock _gate = new(); // guards _item and _position
    private ushort _item;
    private int _position;

    public ushort FirstPort => 0x510;

    public int PortCount => 2;

    public bool TryOut(int offset, ReadOnlySpan<byte> data)
    {
        if (offset != Selector || data.Length != sizeof(ushort))
        {
            return false;
        }

        lock (_gate)
        {
            _item = BinaryPrimitives.ReadUInt16LittleEndian(data);
            _position = 0;
        }

        return true;
    }

    public bool TryIn(int offset, Span<byte> data)
    {
        if (offset != Data || data.Length != 1)
        {
            return false;
        }

        lock (_gate)
        {
            Span<byte> item = stackalloc byte[sizeof(ulong)];
            var length = Read(_item, item);
            data[0] = _position < length ? item[_position++] : (byte)0;
        }

        return true;
    }

    // An item that is not there is empty, and reads as zeros.
    private int Read(ushort item, Span<byte> bytes)
    {
        switch (item)
        {
            case 0x00:
                "QEMU"u8.CopyTo(bytes);
                return 4;
            case 0x01: // revision: the port interface only
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, 1);
                return 4;
            case 0x05 or 0x0F: // VPs now, VPs at most
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)vps);
                return 2;
            case 0x03 or 0x11: // bytes of RAM, end of RAM
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, memoryBytes);
                return 8;
            default:
                return 0;
        }
    }
}
