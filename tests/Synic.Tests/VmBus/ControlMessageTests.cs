using System.Buffers.Binary;
using Synic.Hv;
using Synic.VmBus;

namespace Synic.Tests.VmBus;

/// <summary>Messages that a guest should not have sent.</summary>
public sealed class ControlMessageTests : IDisposable
{
    private readonly VmBusGuest _guest = new();

    public static TheoryData<uint, int> GuestMessages => new()
    {
        { 3, 8 }, { 5, 148 }, { 7, 12 }, { 8, 20 }, { 9, 16 }, { 11, 16 }, { 13, 12 }, { 14, 40 }, { 16, 8 }, { 18, 28 },
        { 19, 20 }, { 21, 40 }, { 22, 16 }, { 25, 24 }, { 27, 8 }, { 29, 8 },
    };

    public void Dispose() => _guest.Dispose();

    [Theory]
    [MemberData(nameof(GuestMessages))]
    public async Task Message_EveryLengthBelowItsMinimum_IsCountedAndNotAnswered(uint type, int minimum)
    {
        _guest.Connect(VmBusVersion.V60);
        for (var length = 0; length < minimum; length++)
        {
            var message = new byte[length];
            BitConverter.GetBytes(type).AsSpan(0, Math.Min(4, length)).CopyTo(message);
            _guest.Send(message);
            Assert.Empty(await _guest.ReceiveAllAsync());
        }

        Assert.Equal(minimum, _guest.Refused(VmBusRefusal.TooShort));
        Assert.NotNull(_guest.Server.Snapshot().Connection);
    }

    [Theory]
    [MemberData(nameof(GuestMessages))]
    public async Task Message_PaddedToFullSize_MeansWhatItsFieldsSay(uint type, int minimum)
    {
        var exact = await ReasonsAsync(Messages.Make(type, minimum));
        var padded = await ReasonsAsync(Messages.Make(type, HvMessage.MaxPayload));

        Assert.Equal(exact, padded);

        static async Task<string> ReasonsAsync(byte[] message)
        {
            using var guest = new VmBusGuest();
            guest.Connect(VmBusVersion.V60);
            guest.Send(message);
            var answers = await guest.ReceiveAllAsync();
            return string.Join(
                ", ", guest.Server.Snapshot().Refusals.Where(r => r.Value > 0).Select(r => $"{r.Key}")
                    .Concat(answers.Select(Convert.ToHexString)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(0x7FFFFFFF)]
    [InlineData(0xFFFFFFFF)]
    public async Task Message_UnknownType_IsCounted(uint type)
    {
        _guest.Connect(VmBusVersion.V53);

        _guest.Send(Messages.Make(type, 240));

        Assert.Empty(await _guest.ReceiveAllAsync());
        Assert.Equal(1, _guest.Refused(VmBusRefusal.UnknownMessage));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(20)]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(26)]
    [InlineData(28)]
    public async Task Message_OfTheHost_IsCounted(uint type)
    {
        _guest.Connect(VmBusVersion.V53);

        _guest.Send(Messages.Make(type, 240));

        Assert.Empty(await _guest.ReceiveAllAsync());
        Assert.Equal(1, _guest.Refused(VmBusRefusal.HostMessage));
    }

    [Theory]
    [MemberData(nameof(GuestMessages))]
    public async Task Message_BeforeAnyContact_IsCounted(uint type, int minimum)
    {
        _guest.Send([.. Messages.Make(type, minimum), 1]);

        // The two that mean something then: the contact, and a late release (here of an id that cannot be).
        Assert.Equal(type == 14 ? 1 : 0, (await _guest.ReceiveAllAsync()).Count);
        Assert.Equal(type is 13 or 14 ? 0 : 1, _guest.Refused(VmBusRefusal.NotConnected));
        Assert.Equal(type == 13 ? 1 : 0, _guest.Refused(VmBusRefusal.UnknownChannel));
    }

    [Theory]
    [InlineData(22, 16, 0x00040000)] // MODIFYCHANNEL since 4.1
    [InlineData(21, 40, 0x00030000)] // TL_CONNECT_REQUEST since 4.0
    [InlineData(25, 24, 0x00050003)] // MODIFY_CONNECTION since 6.0
    public async Task Message_NewerThanTheVersion_IsCounted(uint type, int size, uint version)
    {
        _guest.Connect(new VmBusVersion(version));

        _guest.Send(Messages.Make(type, size));

        Assert.Empty(await _guest.ReceiveAllAsync());
        Assert.Equal(1, _guest.Refused(VmBusRefusal.NotInVersion));
    }

    [Theory]
    [InlineData(25, 24)]
    [InlineData(27, 8)]
    [InlineData(29, 8)]
    public async Task Message_OfAFeatureThatWasNotAgreed_IsCounted(uint type, int size)
    {
        _guest.Connect(VmBusVersion.V60);

        _guest.Send(Messages.Make(type, size));

        Assert.Empty(await _guest.ReceiveAllAsync());
        Assert.Equal(1, _guest.Refused(VmBusRefusal.FeatureNotAgreed));
    }

    [Fact]
    public async Task Message_OnTheOtherConnection_IsCounted()
    {
        _guest.Connect(VmBusVersion.V53);

        Assert.Equal(HvStatus.Success, _guest.Post(Messages.Make(3, 8), VmBusGuest.Old));

        Assert.Empty(await _guest.ReceiveAllAsync());
        Assert.Equal(1, _guest.Refused(VmBusRefusal.WrongConnection));
    }

    [Fact]
    public async Task Message_OfAnotherMessageType_IsTakenAndCounted()
    {
        Assert.Equal(HvStatus.Success, _guest.Post(Messages.Contact(VmBusVersion.V53), type: 2));

        Assert.Empty(await _guest.ReceiveAllAsync());
        Assert.Equal(1, _guest.Refused(VmBusRefusal.WrongMessageType));
    }

    [Fact]
    public async Task RequestOffers_Twice_IsAnsweredOnce()
    {
        _guest.Connect(VmBusVersion.V53);
        Assert.Equal(2, _guest.RequestOffers().Count);

        _guest.Send(Messages.Make(3, 8));

        Assert.Empty(await _guest.ReceiveAllAsync());
        Assert.Equal(1, _guest.Refused(VmBusRefusal.OffersRepeated));
    }

    [Fact]
    public void TlConnectRequest_IsRefusedWithItsOwnIds()
    {
        _guest.Connect(VmBusVersion.V53);
        var request = Messages.Make(21, 56);
        Guid.NewGuid().TryWriteBytes(request.AsSpan(8));
        Guid.NewGuid().TryWriteBytes(request.AsSpan(24));

        _guest.Send(request);

        var result = _guest.Receive();
        Assert.Equal([.. Messages.Make(23, 8), .. request[8..40], .. BitConverter.GetBytes(0xC0000236)], result);
    }

    [Theory]
    [InlineData(18, 28)]
    [InlineData(19, 20)]
    public async Task ReservedChannels_AreNotSupported(uint type, int size)
    {
        _guest.Connect(VmBusVersion.V53);

        _guest.Send(Messages.Make(type, size, 1));

        Assert.Empty(await _guest.ReceiveAllAsync());
        Assert.Equal(1, _guest.Refused(VmBusRefusal.NotSupported));
    }

    [Fact]
    public async Task Messages_OfRandomBytes_NeverEndTheServer()
    {
        var random = new Random(20240611);
        var message = new byte[HvMessage.MaxPayload];
        for (var i = 0; i < 5000; i++)
        {
            random.NextBytes(message);
            BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)random.Next(0, 31));
            if (i % 7 == 0)
            {
                Messages.Contact(VmBusVersion.V60, vp: 0).CopyTo(message, 0);
            }

            while (_guest.Post(message[..random.Next(0, message.Length)]) != HvStatus.Success)
            {
                await _guest.ReceiveAllAsync();
            }

            _guest.TryReceive();
        }

        await _guest.ReceiveAllAsync();
        _guest.Connect(VmBusVersion.V53);
        Assert.Equal(2, _guest.RequestOffers().Count);
    }
}
