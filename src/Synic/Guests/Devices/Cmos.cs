namespace Synic.Guests.Devices;

/// <summary>The real-time clock, read-only: host time (UTC) in BCD, never in the middle of an update.</summary>
internal sealed class Cmos(TimeProvider time) : ByteDevice
{
    private const int Index = 0;

    private volatile byte _index;

    public override ushort FirstPort => 0x70;

    public override int PortCount => 2;

    protected override bool TryWrite(int register, byte value)
    {
        if (register == Index)
        {
            _index = (byte)(value & 0x7F); // bit 7 masks NMI
        }

        return true; // the clock is not the guest's to set
    }

    protected override bool TryRead(int register, out byte value)
    {
        value = register == Index ? (byte)0xFF : Read(_index);
        return register != Index;
    }

    private byte Read(byte index)
    {
        var now = time.GetUtcNow();
        return index switch
        {
            0x00 => Bcd(now.Second),
            0x02 => Bcd(now.Minute),
            0x04 => Bcd(now.Hour),
            0x06 => Bcd((int)now.DayOfWeek + 1),
            0x07 => Bcd(now.Day),
            0x08 => Bcd(now.Month),
            0x09 => Bcd(now.Year % 100),
            0x32 => Bcd(now.Year / 100),
            0x0A => 0x26, // 32 kHz, 1024 Hz; bit 7, update in progress, stays clear
            0x0B => 0x02, // 24 hours, BCD
            0x0D => 0x80, // the battery is good
            _ => 0,
        };
    }

    private static byte Bcd(int value) => (byte)(((value / 10) << 4) | (value % 10));
}
