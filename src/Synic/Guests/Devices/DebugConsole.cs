namespace Synic.Guests.Devices;

/// <summary>Bochs' debug console: a character for each OUT, no registers to poll.</summary>
internal sealed class DebugConsole(ISerialSink sink) : ByteDevice
{
    public const ushort Port = 0xE9;

    public override ushort FirstPort => Port;

    public override int PortCount => 1;

    protected override bool TryWrite(int register, byte value)
    {
        sink.Write(value);
        return true;
    }

    /// <summary>Its own number, by which guests find it.</summary>
    protected override bool TryRead(int register, out byte value)
    {
        value = (byte)Port;
        return true;
    }
}
