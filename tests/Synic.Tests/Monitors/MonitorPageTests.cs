using Synic.Hv;
using Synic.Monitors;

namespace Synic.Tests.Monitors;

public sealed class MonitorPageTests
{
    private const ulong Base = 0x5000;

    private static readonly MonitorPageGpas s_pages = new(new Gpa(0x4000), new Gpa(Base));

    private readonly MonitorPage _page = new(new MonitorList());

    [Theory]
    [InlineData(Base + 33, 8)]        // across the end of the groups
    [InlineData(Base + 39, 2)]
    [InlineData(Base + 40, 1)]
    [InlineData(Base, 41)]
    [InlineData(Base + 0x440, 8)]
    [InlineData(Base + 0xFFF, 1)]
    [InlineData(Base + 0xFFF, 64)]    // across the end of the page
    [InlineData(Base, 8192)]
    public void CheckWrite_BehindTheGroups_IsSwallowedAndCounted(ulong gpa, int length)
    {
        Open(0);

        var taken = Write(gpa, Enumerable.Repeat((byte)0xFF, length).ToArray(), out var signalled);

        Assert.True(taken);
        Assert.Empty(signalled);
        Assert.Equal((1, 0, 0), (_page.OutsideWrites, _page.UnknownTriggers, _page.Signalled));
    }

    [Theory]
    [InlineData(Base - 1, 1)]
    [InlineData(Base - 4, 16)] // reaches into it; hypervisors split such writes
    [InlineData(Base + 0x1000, 8)]
    [InlineData(0x4008UL, 4)]  // the other direction's page
    [InlineData(0UL, 4)]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(ulong.MaxValue - 0xFFF, 8)]
    public void CheckWrite_AnotherPage_IsNotTaken(ulong gpa, int length)
    {
        Open(0);

        Assert.False(Write(gpa, Enumerable.Repeat((byte)0xFF, length).ToArray(), out var signalled));
        Assert.Empty(signalled);
        Assert.False(_page.CheckRead(new Gpa(gpa), new byte[length]));
    }

    [Fact]
    public void CheckWrite_AllBitsOfAllGroups_SignalsEachIdOnceInOrder()
    {
        Open([.. Enumerable.Range(0, 128)]);

        Assert.True(Write(Base, Enumerable.Repeat((byte)0xFF, 40).ToArray(), out var signalled));

        Assert.Equal(Enumerable.Range(0, 128).Select(i => new ConnectionId(1000 + (uint)i)), signalled);
        Assert.Equal((128, 0), (_page.Signalled, _page.UnknownTriggers));
    }

    [Fact]
    public void CheckWrite_UnknownIds_AreCountedAndTheOthersSignalled()
    {
        Open(1);

        Write(Base + 8, [0b111, 0, 0, 0], out var signalled);

        Assert.Equal([new ConnectionId(1001)], signalled);
        Assert.Equal((1, 2), (_page.Signalled, _page.UnknownTriggers));
        Assert.Equal(1, _page.Monitors.Triggers(new MonitorId(1)));
    }

    [Theory]
    [InlineData(0x08UL, 0x01, 0)]
    [InlineData(0x0BUL, 0x80, 31)]   // one byte, as "lock or byte" exits
    [InlineData(0x11UL, 0x01, 40)]   // an odd address
    [InlineData(0x20UL, 0x01, 96)]
    [InlineData(0x23UL, 0x80, 127)]
    public void CheckWrite_OneByte_HitsTheBitAtThatAddress(ulong offset, byte value, int id)
    {
        Open(id);

        Write(Base + offset, [value], out var signalled);

        Assert.Equal([new ConnectionId(1000 + (uint)id)], signalled);
    }

    [Theory]
    [InlineData(0x00UL)] // trigger state
    [InlineData(0x04UL)] // reserved
    [InlineData(0x0CUL)] // armed bits of group 0
    [InlineData(0x24UL)] // armed bits of group 3
    public void CheckWrite_OtherFieldsOfTheHead_SignalNothing(ulong offset)
    {
        Open([.. Enumerable.Range(0, 128)]);

        Assert.True(Write(Base + offset, [0xFF, 0xFF, 0xFF, 0xFF], out var signalled));

        Assert.Empty(signalled);
        Assert.Equal((0, 0), (_page.OutsideWrites, _page.UnknownTriggers));
    }

    [Fact]
    public void CheckWrite_Misaligned8Bytes_CoverTwoFields()
    {
        Open(31, 32);

        Write(Base + 0xB, [0x80, 0, 0, 0, 0, 0x01, 0, 0], out var signalled);

        Assert.Equal([new ConnectionId(1031), new ConnectionId(1032)], signalled);
    }

    [Fact]
    public void CheckWrite_NoBytes_IsTakenWithoutEffect()
    {
        Open(0);

        Assert.True(Write(Base + 8, [], out var signalled));
        Assert.Empty(signalled);
    }

    [Fact]
    public void CheckRead_OfThePage_GivesZeros()
    {
        Open(0);
        var bytes = Enumerable.Repeat((byte)7, 16).ToArray();

        Assert.True(_page.CheckRead(new Gpa(Base + 8), bytes));
        Assert.All(bytes, b => Assert.Equal(0, b));
    }

    [Fact]
    public void SetPages_Null_TakesThePageAway()
    {
        Open(0);

        Assert.Equal(s_pages, _page.SetPages(null));

        Assert.Null(_page.Pages);
        Assert.False(Write(Base + 8, [1], out _));
        Assert.False(Write(ulong.MaxValue, [1], out _)); // "no page" is no address
    }

    [Fact]
    public void SetPages_Moved_FollowsTheNewPage()
    {
        Open(0);

        Assert.Equal(s_pages, _page.SetPages(new MonitorPageGpas(new Gpa(0x6000), new Gpa(0xFFFF_FFFF_FFFF_F000))));

        Assert.False(Write(Base + 8, [1], out _));
        Assert.True(Write(0xFFFF_FFFF_FFFF_F008, [1], out var signalled));
        Assert.Single(signalled);
    }

    [Theory]
    [InlineData(0x4001UL, 0x5000UL)]
    [InlineData(0x4000UL, 0x5008UL)]
    [InlineData(0x5000UL, 0x5000UL)]
    [InlineData(ulong.MaxValue, 0x5000UL)]
    public void SetPages_UnalignedOrTheSame_ThrowsAndChangesNothing(ulong parentToChild, ulong childToParent)
    {
        Open(0);

        Assert.Throws<ArgumentException>(() => _page.SetPages(new MonitorPageGpas(new Gpa(parentToChild), new Gpa(childToParent))));

        Assert.Equal(s_pages, _page.Pages);
        Assert.True(Write(Base + 8, [1], out _));
    }

    private void Open(params int[] ids)
    {
        _page.SetPages(s_pages);
        foreach (var id in ids)
        {
            _page.Monitors.Register(new MonitorId((byte)id), new ConnectionId(1000 + (uint)id));
        }
    }

    private bool Write(ulong gpa, byte[] data, out ConnectionId[] signalled)
    {
        var buffer = new MonitorTrigger[MonitorId.Count];
        var taken = _page.CheckWrite(new Gpa(gpa), data, buffer, out var count);
        signalled = [.. buffer[..count].Where(static t => t.IsBound).Select(static t => t.Connection)];
        return taken;
    }
}
