using System.Buffers.Binary;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Tests.VmBus;

/// <summary>A packet as the guest reads it.</summary>
internal sealed record GuestPacket(ushort Type, ushort Flags, ulong Transaction, byte[] Payload);

/// <summary>
/// The guest's side of a channel's two rings. Its pages lie in memory in reverse order, so that whoever takes them for
/// contiguous is found out.
/// </summary>
internal sealed class GuestRings
{
    private const ulong LastPage = 0x300;

    private readonly IGuestMemory _memory;
    private readonly uint _dataPages;
    private uint _in;
    private uint _out;

    public GuestRings(IGuestMemory memory, uint dataPages)
    {
        _memory = memory;
        _dataPages = dataPages;
        Pages = [.. Enumerable.Range(0, 2 * (int)(dataPages + 1)).Select(i => LastPage - (ulong)i)];
        foreach (var page in Pages)
        {
            Assert.True(memory.TryWrite(Gpa.FromPageNumber(page), new byte[Gpa.PageSize]));
        }

        Control(Upstream, 64, 1);
    }

    /// <summary>Guest to host.</summary>
    public static int Upstream => 0;

    /// <summary>Host to guest.</summary>
    public int Downstream => (int)_dataPages + 1;

    public ulong[] Pages { get; }

    public uint Size => _dataPages * Gpa.PageSize;

    public uint Control(int ring, int offset)
    {
        Assert.True(_memory.TryReadUInt32(Gpa.FromPageNumber(Pages[ring]) + (ulong)offset, out var value));
        return value;
    }

    public void Control(int ring, int offset, uint value) =>
        Assert.True(_memory.TryWriteUInt32(Gpa.FromPageNumber(Pages[ring]) + (ulong)offset, value));

    /// <summary>Writes a packet.</summary>
    /// <returns>The host wants a signal.</returns>
    public bool Send(byte[] payload, ulong transaction = 1, ushort type = 6, ushort flags = 0)
    {
        var length = 16 + ((payload.Length + 7) & ~7);
        var packet = new byte[length + 8];
        BinaryPrimitives.WriteUInt16LittleEndian(packet, type);
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(2), 2);
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(4), (ushort)(length / 8));
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(6), flags);
        BinaryPrimitives.WriteUInt64LittleEndian(packet.AsSpan(8), transaction);
        payload.CopyTo(packet, 16);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(length + 4), _in);
        return SendRaw(packet);
    }

    /// <summary>Writes any bytes as a packet.</summary>
    public bool SendRaw(byte[] packet)
    {
        var start = _in;
        foreach (var value in packet)
        {
            Assert.True(_memory.TryWrite(Data(Upstream, _in), [value]));
            _in = (_in + 1) % Size;
        }

        Control(Upstream, 0, _in);
        Interlocked.MemoryBarrier();
        return Control(Upstream, 8) == 0 && Control(Upstream, 4) == start;
    }

    public GuestPacket? TryReceive()
    {
        if (Control(Downstream, 0) == _out)
        {
            return null;
        }

        var header = Read(_out, 16);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(4)) * 8;
        var whole = Read(_out, length + 8);
        Assert.Equal(_out, BinaryPrimitives.ReadUInt32LittleEndian(whole.AsSpan(length + 4)));
        _out = (_out + (uint)whole.Length) % Size;
        Control(Downstream, 4, _out);
        var offset = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(2)) * 8;
        return new GuestPacket(
            BinaryPrimitives.ReadUInt16LittleEndian(header), BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(6)),
            BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(8)), whole[offset..length]);
    }

    /// <summary>The next packet of channel 1; waits for its interrupts.</summary>
    public GuestPacket Receive(VmBusGuest guest, uint vp = 0)
    {
        GuestPacket? packet = null;
        guest.WaitFor(
            () =>
            {
                guest.TakeFlag(1, vp); // before looking: a flag that stays set brings no further interrupt
                return (packet = TryReceive()) is not null;
            },
            vp);
        return packet!;
    }

    private byte[] Read(uint at, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            Assert.True(_memory.TryRead(Data(Downstream, (at + (uint)i) % Size), bytes.AsSpan(i, 1)));
        }

        return bytes;
    }

    private Gpa Data(int ring, uint at) =>
        Gpa.FromPageNumber(Pages[ring + 1 + (int)(at / Gpa.PageSize)]) + (at % Gpa.PageSize);
}
