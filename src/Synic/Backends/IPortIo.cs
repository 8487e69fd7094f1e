using Synic.Hv;

namespace Synic.Backends;

/// <summary>The devices behind a guest's I/O ports. Called on the VPs' threads, two at once if they like.</summary>
public interface IPortIo
{
    /// <param name="vp">The VP that executes the instruction.</param>
    /// <param name="port">Any of 65536.</param>
    /// <param name="data">1, 2 or 4 bytes.</param>
    void Out(VpIndex vp, ushort port, ReadOnlySpan<byte> data);

    /// <param name="vp">The VP that executes the instruction.</param>
    /// <param name="port">Any of 65536.</param>
    /// <param name="data">1, 2 or 4 bytes to fill; all-ones where there is no device.</param>
    void In(VpIndex vp, ushort port, Span<byte> data);
}

/// <summary>No devices: reads give all-ones, writes vanish.</summary>
public sealed class NoPortIo : IPortIo
{
    public static readonly NoPortIo Instance = new();

    public void Out(VpIndex vp, ushort port, ReadOnlySpan<byte> data)
    {
    }

    public void In(VpIndex vp, ushort port, Span<byte> data) => data.Fill(0xFF);
}
