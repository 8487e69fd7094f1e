namespace Synic.Guests.Devices;

/// <summary>A device behind a range of I/O ports. Any VP's thread, two at once if they like.</summary>
internal interface IPortDevice
{
    ushort FirstPort { get; }

    int PortCount { get; }

    /// <param name="offset">From the first port.</param>
    /// <param name="data">1, 2 or 4 bytes, which may reach beyond the last port.</param>
    /// <returns>False: nothing the device knows; it is counted as an access to nobody.</returns>
    bool TryOut(int offset, ReadOnlySpan<byte> data);

    /// <param name="offset">From the first port.</param>
    /// <param name="data">1, 2 or 4 bytes, all-ones so far.</param>
    /// <returns>False: nothing the device knows; it is counted as an access to nobody.</returns>
    bool TryIn(int offset, Span<byte> data);
}

/// <summary>A device of byte-wide registers: wider accesses are split over the ports that follow, as the ISA bus does.</summary>
internal abstract class ByteDevice : IPortDevice
{
    public abstract ushort FirstPort { get; }

    public abstract int PortCount { get; }

    public bool TryOut(int offset, ReadOnlySpan<byte> data)
    {
        var known = false;
        for (var i = 0; i < data.Length && offset + i < PortCount; i++)
        {
            known |= TryWrite(offset + i, data[i]);
        }

        return known;
    }

    public bool TryIn(int offset, Span<byte> data)
    {
        var known = false;
        for (var i = 0; i < data.Length && offset + i < PortCount; i++)
        {
            if (TryRead(offset + i, out var value))
            {
                data[i] = value;
                known = true;
            }
        }

        return known;
    }

    protected abstract bool TryWrite(int register, byte value);

    protected abstract bool TryRead(int register, out byte value);
}
