using Synic.VmBus;

namespace Synic.Tests.VmBus;

public sealed class GpadlTests
{
    private const ulong OutsidePage = 1024; // of 4 MiB

    [Theory]
    [InlineData(0, 0)]   // nothing at all
    [InlineData(16, 0)]  // no range
    [InlineData(0, 1)]   // a range without words
    [InlineData(8, 1)]   // a range without pages
    [InlineData(12, 1)]  // half a word
    [InlineData(16, 2)]  // more ranges than fit
    [InlineData(16, 0xFFFF)]
    public void Header_SizesThatCannotBe_FailsAtOnce(int rangeBytes, int rangeCount)
    {
        using var guest = Connected();

        guest.Send(Messages.GpadlHeader(1, 7, rangeBytes, rangeCount, 4096, 5));

        Assert.Equal(Messages.Make(10, 20, 1, 7, VmBusGuest.Failure), guest.Receive());
        Assert.Equal(1, guest.Refused(VmBusRefusal.GpadlMalformed));
        Assert.Equal(0, guest.Server.Snapshot().Connection!.Gpadls);
    }

    [Theory]
    [InlineData(0UL, VmBusRefusal.GpadlMalformed)]                    // no bytes
    [InlineData(8192UL, VmBusRefusal.GpadlMalformed)]                 // more bytes than pages
    [InlineData(0xFFFFFFFFUL, VmBusRefusal.GpadlMalformed)]           // far more
    [InlineData(0xFFFFFFFF_FFFFFFFFUL, VmBusRefusal.GpadlMalformed)]  // and an offset as large
    [InlineData(4096UL << 32 | 1, VmBusRefusal.GpadlMalformed)]       // begins in a page that is not there
    [InlineData(1UL << 32 | 4096, VmBusRefusal.GpadlMalformed)]       // ends in one
    public void Range_ThatDoesNotAddUp_Fails(ulong range, VmBusRefusal reason)
    {
        using var guest = Connected();

        guest.Send(Messages.GpadlHeader(1, 7, 16, 1, range, 5));

        Assert.Equal(Messages.Make(10, 20, 1, 7, VmBusGuest.Failure), guest.Receive());
        Assert.Equal(1, guest.Refused(reason));
    }

    [Fact]
    public void Range_WithPagesLeftOver_Fails()
    {
        using var guest = Connected();

        guest.Send(Messages.GpadlHeader(1, 7, 24, 1, 4096, 5, 6));

        Assert.Equal(VmBusGuest.Failure, Messages.UInt32(guest.Receive(), 16));
        Assert.Equal(1, guest.Refused(VmBusRefusal.GpadlMalformed));
    }

    [Theory]
    [InlineData(OutsidePage)]
    [InlineData(1UL << 52)] // its address wraps to 0
    [InlineData(ulong.MaxValue)]
    public void Page_OutsideOfMemory_Fails(ulong page)
    {
        using var guest = Connected();

        Assert.Equal(VmBusGuest.Failure, guest.CreateGpadl(1, 7, 5, page));

        Assert.Equal(1, guest.Refused(VmBusRefusal.GpadlOutsideMemory));
    }

    [Fact]
    public async Task Header_TwiceTheSameId_FailsAndLeavesTheFirst()
    {
        using var guest = Connected();
        Assert.Equal(0U, guest.CreateGpadl(1, 7, 5));

        Assert.Equal(VmBusGuest.Failure, guest.CreateGpadl(1, 7, 6));

        await guest.Server.DrainAsync();
        Assert.Equal(1, guest.Refused(VmBusRefusal.GpadlDuplicate));
        Assert.Equal(1, guest.Server.Snapshot().Connection!.Gpadls);
    }

    [Theory]
    [InlineData(0U)]
    [InlineData(3U)]
    [InlineData(0xFFFFFFFFU)]
    public void Header_UnknownChannel_Fails(uint channel)
    {
        using var guest = Connected();

        Assert.Equal(VmBusGuest.Failure, guest.CreateGpadl(channel, 7, 5));
        Assert.Equal(1, guest.Refused(VmBusRefusal.UnknownChannel));
    }

    [Fact]
    public void Bodies_OfManyPages_AreOneGpadl()
    {
        using var guest = Connected();

        Assert.Equal(0U, guest.CreateGpadl(1, 7, [.. Enumerable.Range(100, 100).Select(i => (ulong)i)]));
        Assert.Equal(101, guest.Server.Snapshot().Connection!.GpadlWords);
    }

    [Fact]
    public async Task Body_MoreWordsThanBelongToIt_TakesOnlyItsOwn()
    {
        using var guest = Connected();
        guest.Send(Messages.GpadlHeader(1, 7, 24, 1, 8192, 5));
        Assert.Empty(await guest.ReceiveAllAsync());

        guest.Send(Messages.GpadlBody(7, 6, OutsidePage, ulong.MaxValue));

        Assert.Equal(Messages.Make(10, 20, 1, 7, 0), guest.Receive());
    }

    [Fact]
    public async Task Body_AfterTheLastOne_IsCounted()
    {
        using var guest = Connected();
        guest.CreateGpadl(1, 7, 5);

        guest.Send(Messages.GpadlBody(7, 6));

        Assert.Empty(await guest.ReceiveAllAsync());
        Assert.Equal(1, guest.Refused(VmBusRefusal.GpadlDuplicate));
    }

    [Fact]
    public async Task Body_OfNothing_IsCounted()
    {
        using var guest = Connected();
        guest.Send(Messages.GpadlBody(7, 6));
        guest.Send(Messages.GpadlHeader(1, 8, 24, 1, 8192, 5));

        guest.Send(Messages.GpadlBody(8)); // the right id, and no words

        Assert.Empty(await guest.ReceiveAllAsync());
        Assert.Equal(1, guest.Refused(VmBusRefusal.UnknownGpadl));
        Assert.Equal(1, guest.Refused(VmBusRefusal.TooShort));
    }

    [Fact]
    public async Task Bodies_OfTwoGpadlsInterleaved_FindTheirOwn()
    {
        using var guest = Connected();
        var first = Messages.Gpadl(1, 7, [40 * 4096], [[.. Enumerable.Repeat(5UL, 40)]]);
        var second = Messages.Gpadl(2, 8, [40 * 4096], [[.. Enumerable.Repeat(6UL, 40)]]);

        guest.Send(first[0]);
        guest.Send(second[0]);
        guest.Send(second[1]);
        guest.Send(first[1]);

        Assert.Equal([Messages.Make(10, 20, 2, 8, 0), Messages.Make(10, 20, 1, 7, 0)], await guest.ReceiveAllAsync());
    }

    [Fact]
    public async Task Gpadls_ByTheThousand_StopAtTheLimit()
    {
        using var guest = new VmBusGuest(new VmBusOptions { MaxGpadls = 100 });
        guest.Connect(VmBusVersion.V53);
        guest.RequestOffers();
        var failed = 0;
        for (var id = 0U; id < 3000; id++)
        {
            failed += guest.CreateGpadl(1, id, 5) == 0 ? 0 : 1;
        }

        await guest.Server.DrainAsync();
        Assert.Equal(2900, failed);
        Assert.Equal(100, guest.Server.Snapshot().Connection!.Gpadls);
    }

    [Fact]
    public async Task Gpadls_BegunAndNeverEnded_CountAgainstThePages()
    {
        using var guest = new VmBusGuest(new VmBusOptions { MaxGpadlPages = 20_000 });
        guest.Connect(VmBusVersion.V53);
        guest.RequestOffers();
        for (var id = 0U; id < 3; id++)
        {
            guest.Send(Messages.GpadlHeader(1, id, 0xFFF8, 1, 8190 * 4096, 5)); // 8191 words announced, 2 sent
        }

        Assert.Equal([Messages.Make(10, 20, 1, 2, VmBusGuest.Failure)], await guest.ReceiveAllAsync());
        Assert.Equal(1, guest.Refused(VmBusRefusal.GpadlLimit));
        Assert.Equal(2 * 8191, guest.Server.Snapshot().Connection!.GpadlWords);
    }

    [Fact]
    public async Task Teardown_GivesTheIdAndThePagesBack()
    {
        using var guest = Connected();
        guest.CreateGpadl(1, 7, 5, 6);

        guest.Send(Messages.Make(11, 16, 1, 7));

        Assert.Equal([Messages.Make(12, 12, 7)], await guest.ReceiveAllAsync());
        Assert.Equal((0, 0), (guest.Server.Snapshot().Connection!.Gpadls, guest.Server.Snapshot().Connection!.GpadlWords));
        Assert.Equal(0U, guest.CreateGpadl(1, 7, 5));
    }

    [Theory]
    [InlineData(1U, 8U)] // unknown
    [InlineData(2U, 7U)] // another channel's
    public async Task Teardown_OfWhatIsNotThere_IsCounted(uint channel, uint gpadl)
    {
        using var guest = Connected();
        guest.CreateGpadl(1, 7, 5);

        guest.Send(Messages.Make(11, 16, channel, gpadl));

        Assert.Empty(await guest.ReceiveAllAsync());
        Assert.Equal(1, guest.Refused(VmBusRefusal.UnknownGpadl));
    }

    private static VmBusGuest Connected()
    {
        var guest = new VmBusGuest();
        guest.Connect(VmBusVersion.V53);
        guest.RequestOffers();
        return guest;
    }
}
