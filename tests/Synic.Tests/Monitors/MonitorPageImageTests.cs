using System.Buffers.Binary;
using Synic.Hv;
using Synic.Monitors;

namespace Synic.Tests.Monitors;

public sealed class MonitorPageImageTests
{
    private readonly MonitorList _monitors = new();
    private readonly byte[] _page = new byte[Gpa.PageSize];

    [Fact]
    public void Write_NothingBound_ClearsWhatWasThere()
    {
        _page.AsSpan().Fill(0xFF);

        MonitorPageImage.Write(_monitors, _page);

        Assert.DoesNotContain(_page, static b => b != 0);
    }

    [Fact]
    public void Write_BoundIds_HaveGroupLatencyAndConnection()
    {
        using var first = _monitors.Register(new MonitorId(3), new ConnectionId(0x2001), TimeSpan.FromMicroseconds(100));
        using var last = _monitors.Register(new MonitorId(127), new ConnectionId(0x2002), TimeSpan.FromSeconds(1));

        MonitorPageImage.Write(_monitors, _page);

        Assert.Equal(0b1001u, BinaryPrimitives.ReadUInt32LittleEndian(_page));
        Assert.Equal(1000, BinaryPrimitives.ReadUInt16LittleEndian(_page.AsSpan(0x240 + (2 * 3))));
        Assert.Equal(ushort.MaxValue, BinaryPrimitives.ReadUInt16LittleEndian(_page.AsSpan(0x240 + (2 * 127)))); // cut, not wrapped
        Assert.Equal(0x2001u, BinaryPrimitives.ReadUInt32LittleEndian(_page.AsSpan(0x440 + (8 * 3))));
        Assert.Equal(0x2002u, BinaryPrimitives.ReadUInt32LittleEndian(_page.AsSpan(0x440 + (8 * 127))));
        Assert.DoesNotContain(_page.AsSpan(8, 32).ToArray(), static b => b != 0); // nothing pending, nothing armed
    }
}
