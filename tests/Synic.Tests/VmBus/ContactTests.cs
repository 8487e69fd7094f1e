using Synic.Hv;
using Synic.Monitors;
using Synic.VmBus;

namespace Synic.Tests.VmBus;

public sealed class ContactTests
{
    private const ulong Outside = 4 << 20;

    public static TheoryData<uint> Versions => [.. VmBusVersion.All.Select(v => v.Value)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Contact_KnownVersion_IsAnsweredInItsForm(uint value)
    {
        using var guest = new VmBusGuest();
        var version = new VmBusVersion(value);
        var since5 = version >= VmBusVersion.V50;
        guest.Connection = since5 ? VmBusGuest.New : VmBusGuest.Old;

        guest.Send(Messages.Contact(version, targetInfo: since5 ? 2 : 0xA000UL));
        var response = guest.Receive();
        await guest.Server.DrainAsync();

        Assert.Equal(
            Messages.Make(15, version >= VmBusVersion.V60 ? 20 : 16, 1, since5 ? 4 : version.Value), response);
        Assert.Equal(version, guest.Server.Snapshot().Connection!.Version);
        Assert.NotNull(guest.Server.Snapshot().Milestones.VersionAgreed);
    }

    [Theory]
    [InlineData(0x0000000D, VmBusGuest.Old)]
    [InlineData(0x00050004, VmBusGuest.New)]
    [InlineData(0x00070000, VmBusGuest.New)]
    [InlineData(0xFFFFFFFF, VmBusGuest.New)]
    [InlineData(0x00050003, VmBusGuest.Old)]
    [InlineData(0x00040001, VmBusGuest.New)]
    public async Task Contact_VersionUnknownOrOnTheWrongConnection_IsRefusedInTheShortForm(uint version, uint connection)
    {
        using var guest = new VmBusGuest { Connection = connection };

        guest.Send(Messages.Contact(new VmBusVersion(version)));

        Assert.Equal(Messages.Make(15, 16), guest.Receive());
        await guest.Server.DrainAsync();
        Assert.Equal(1, guest.Refused(VmBusRefusal.UnsupportedVersion));
        Assert.Null(guest.Server.Snapshot().Connection);
    }

    [Fact]
    public void Contact_HostTakesAtMost41_GuestFallsBackOnTheOtherConnection()
    {
        using var guest = new VmBusGuest(new VmBusOptions { MaxVersion = VmBusVersion.V41 });
        foreach (var version in new[] { VmBusVersion.V53, VmBusVersion.V52, VmBusVersion.V51, VmBusVersion.V50 })
        {
            guest.Connection = VmBusGuest.New;
            guest.Send(Messages.Contact(version));
            Assert.Equal(Messages.Make(15, 16), guest.Receive());
        }

        guest.Connect(VmBusVersion.V41, targetInfo: 0xA000);
        var offers = guest.RequestOffers();

        Assert.Equal(2, offers.Count);
        Assert.Equal(4, guest.Refused(VmBusRefusal.UnsupportedVersion));
        Assert.Equal(new ConnectionId(1), guest.Server.Snapshot().Connection!.MessageConnection);
    }

    [Theory]
    [InlineData(0x0003, 0x00050003, false)] // SINT 3: answered there, refused
    [InlineData(0x00C8, 0x00050003, false)] // SINT 200: nowhere to answer
    [InlineData(0x0202, 0x00050003, false)] // VTL 2
    [InlineData(0x0202, 0x00050000, true)] // before 5.1 the VTL does not count
    public async Task Contact_SintOrVtlThatIsNotOurs_IsRefused(ulong targetInfo, uint version, bool accepted)
    {
        using var guest = new VmBusGuest();

        guest.Send(Messages.Contact(new VmBusVersion(version), targetInfo: targetInfo));
        await guest.Server.DrainAsync();

        Assert.Equal(accepted, guest.Server.Snapshot().Connection is not null);
        Assert.Equal(accepted ? 0 : 1, guest.Refused(VmBusRefusal.InvalidTarget));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public async Task Contact_VpThatDoesNotExist_LeavesNoConnection(int? vpCount)
    {
        using var guest = new VmBusGuest(new VmBusOptions { VpCount = vpCount });

        guest.Send(Messages.Contact(VmBusVersion.V53, vp: 7));
        await guest.Server.DrainAsync();

        Assert.Null(guest.Server.Snapshot().Connection);
        Assert.Null(guest.Server.Snapshot().Milestones.VersionAgreed);
        Assert.Equal(1, guest.Refused(VmBusRefusal.InvalidTarget));
    }

    [Fact]
    public void Contact_OtherVp_GetsAllMessagesSince30()
    {
        using var guest = new VmBusGuest();
        guest.Connect(VmBusVersion.V30, vp: 1);

        guest.Send(Messages.Make(3, 8));

        Assert.Equal(1, guest.Receive(vp: 1)[0]);
        Assert.Null(guest.TryReceive(vp: 0));
    }

    [Fact]
    public void Contact_OtherVpBefore30_GoesToVp0()
    {
        using var guest = new VmBusGuest { Connection = VmBusGuest.Old };

        guest.Send(Messages.Contact(VmBusVersion.V24, vp: 1));

        Assert.Equal(1, guest.Receive(vp: 0)[8]);
    }

    [Theory]
    [InlineData(0x8000, 0)]
    [InlineData(0, 0x9000)]
    [InlineData(0x8000, 0x8000)]
    [InlineData(0x8001, 0x9000)]
    [InlineData(0x8000, Outside)]
    [InlineData(ulong.MaxValue, ulong.MaxValue - 0xFFF)]
    public async Task Contact_MonitorPagesThatCannotBe_FailsWithState2(ulong parentToChild, ulong childToParent)
    {
        using var guest = new VmBusGuest();

        guest.Send(Messages.Contact(VmBusVersion.V53, parentToChild: parentToChild, childToParent: childToParent));

        Assert.Equal(Messages.Hex("0f000000 00000000 01020000 00000000"), guest.Receive());
        await guest.Server.DrainAsync();
        Assert.Null(guest.Server.Snapshot().Connection);
        Assert.Equal(1, guest.Refused(VmBusRefusal.InvalidPages));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xA001)]
    [InlineData(Outside)]
    public void Contact_OldVersionWithoutInterruptPage_IsRefused(ulong interruptPage)
    {
        using var guest = new VmBusGuest { Connection = VmBusGuest.Old };

        guest.Send(Messages.Contact(VmBusVersion.V11, targetInfo: interruptPage));

        Assert.Equal(Messages.Make(15, 16), guest.Receive());
    }

    [Fact]
    public async Task Contact_WithMonitorPages_WatchesThemUntilUnload()
    {
        using var guest = new VmBusGuest();
        var page = guest.Partition.Monitors!.Page(Vtl.Vtl0);

        guest.Connect(VmBusVersion.V53, monitorPages: true);
        await guest.Server.DrainAsync();
        Assert.Equal(new MonitorPageGpas(new Gpa(VmBusGuest.ParentToChild), new Gpa(VmBusGuest.ChildToParent)), page.Pages);
        guest.Send(Messages.Make(16, 8));

        Assert.Equal(Messages.Make(17, 8), guest.Receive());
        Assert.Null(page.Pages);
    }

    [Fact]
    public async Task Contact_WhileConnected_DisconnectsFirst()
    {
        using var guest = new VmBusGuest(new VmBusOptions { Heartbeat = false, MonitorIds = false });
        guest.OpenEcho();

        guest.Connect(VmBusVersion.V52);
        await guest.Server.DrainAsync();

        var now = guest.Server.Snapshot();
        Assert.Equal((VmBusVersion.V52, 0), (now.Connection!.Version, now.Connection.Gpadls));
        Assert.False(now.Connection.OffersSent);
        Assert.Equal(VmBusChannelState.Offered, now.Channels[0].State);
        Assert.Equal(0x12, guest.Signal(0x2001).Value);
    }

    [Fact]
    public async Task Contact_RefusedWhileConnected_LeavesTheGuestDisconnected()
    {
        using var guest = new VmBusGuest();
        guest.Connect(VmBusVersion.V53);

        guest.Send(Messages.Contact(new VmBusVersion(0x00090000)));

        Assert.Equal(0, guest.Receive()[8]);
        await guest.Server.DrainAsync();
        Assert.Null(guest.Server.Snapshot().Connection);
    }

    [Fact]
    public async Task Contact_Version60_AgreesOnWhatBothHave()
    {
        using var guest = new VmBusGuest();
        var client = Guid.NewGuid();

        guest.Send(Messages.Contact(VmBusVersion.V60, targetInfo: 0xFFUL << 32 | 2, client: client));

        Assert.Equal(Messages.Make(15, 20, 1, 4, 0x0C), guest.Receive());
        await guest.Server.DrainAsync();
        Assert.Equal(client, guest.Server.Snapshot().Connection!.ClientId);
    }

    [Fact]
    public async Task Contact_ClientIdAskedForAndNotSent_IsTooShort()
    {
        using var guest = new VmBusGuest();

        guest.Send(Messages.Contact(VmBusVersion.V60, targetInfo: 8UL << 32 | 2));
        await guest.Server.DrainAsync();

        Assert.Equal(1, guest.Refused(VmBusRefusal.TooShort));
        Assert.Null(guest.TryReceive());
    }

    [Fact]
    public void ModifyConnection_FeatureAgreed_MovesTheMonitorPages()
    {
        using var guest = new VmBusGuest();
        guest.Connect(VmBusVersion.V60, targetInfo: 4UL << 32 | 2, monitorPages: true);

        guest.Send(Messages.Make(25, 24, 0xA000, 0, 0xB000, 0));
        Assert.Equal(Messages.Make(26, 9), guest.Receive());
        Assert.Equal(new Gpa(0xB000), guest.Partition.Monitors!.Page(Vtl.Vtl0).Pages!.Value.ChildToParent);
        guest.Send(Messages.Make(25, 24, 0xA000, 0, 0, 0));

        Assert.Equal([.. Messages.Make(26, 8), 2], guest.Receive());
        Assert.Equal(new Gpa(0xB000), guest.Partition.Monitors.Page(Vtl.Vtl0).Pages!.Value.ChildToParent);
    }

    [Fact]
    public void ModifyConnection_OpenChannelUsesTheMonitor_IsRefused()
    {
        using var guest = new VmBusGuest(new VmBusOptions { Heartbeat = false });
        guest.Connect(VmBusVersion.V60, targetInfo: 4UL << 32 | 2, monitorPages: true);
        guest.RequestOffers();
        var rings = new GuestRings(guest.Partition.Memory, 1);
        guest.CreateGpadl(1, 1, rings.Pages);
        Assert.Equal(0U, guest.Open(1, 1, 2));

        guest.Send(Messages.Make(25, 24, 0xA000, 0, 0xB000, 0));

        Assert.Equal(2, guest.Receive()[8]);
        Assert.Equal(1, guest.Refused(VmBusRefusal.ChannelState));
    }
}
