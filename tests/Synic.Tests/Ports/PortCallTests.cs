using Synic.Diagnostics;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Tests.Ports;

/// <summary>A port goes away after a call found its entry and before the call's mark stands.</summary>
public sealed class PortCallTests
{
    private const long Generation = 1;

    private static readonly ConnectionId s_connection = new(0x2001);

    private readonly DispatchContext _context = new SynicPortMap().CreateContext(new VpIndex(0));
    private readonly TestEventPort _events = new();
    private readonly TestMessagePort _messages = new();

    public PortCallTests() => _context.Reserve(s_connection);

    [Theory]
    [InlineData(0, 0)]          // gone
    [InlineData(2, 0)]          // another port has the connection
    [InlineData(Generation, 1)] // with another minimum VTL
    public void Signal_EntryChangedBetweenTheTwoLooks_CallsNobody(long generation, byte minimumVtl)
    {
        var found = PortAccess.Create(PortKind.Event, Vtl.Vtl0, Generation);
        Fill(_events, generation == 0 ? 0 : PortAccess.Create(PortKind.Event, new Vtl(minimumVtl), generation));

        var status = PortCall.Signal(_context, ref _context.Find(s_connection), found, 0);

        Assert.Equal(HvStatus.InvalidConnectionId, status);
        Assert.Empty(_events.Flags);
        AssertNothingMarkedOrCounted();
    }

    [Fact]
    public void Post_EntryChangedBetweenTheTwoLooks_CallsNobody()
    {
        var found = PortAccess.Create(PortKind.Message, Vtl.Vtl0, Generation);
        Fill(_messages, access: 0);

        var status = PortCall.Post(
            _context, ref _context.Find(s_connection), found, trusted: false, new PostedMessage(1, [1]), s_connection);

        Assert.Equal(HvStatus.InvalidConnectionId, status);
        Assert.Empty(_messages.Messages);
        AssertNothingMarkedOrCounted();
        Assert.Equal(0, _context.Counters.PostBytes());
        Assert.Equal(1, _context.Counters.PostFailures(FailureStatus.IndexOf(HvStatus.InvalidConnectionId)));
    }

    [Fact]
    public void Refuse_EntryChangedBetweenTheTwoLooks_IsNotCountedForWhoHasTheConnectionNow()
    {
        var map = new SynicPortMap { WrongKindStatus = HvStatus.InvalidPortId };
        var found = PortAccess.Create(PortKind.Event, Vtl.Vtl2, Generation);
        Fill(_events, PortAccess.Create(PortKind.Event, Vtl.Vtl2, Generation + 1));

        Assert.Equal(
            HvStatus.OperationDenied,
            PortCall.RefuseSignal(
                _context, ref _context.Find(s_connection), found, SignalPath.Hypercall, map, s_connection));
        Assert.Equal(
            HvStatus.InvalidPortId,
            PortCall.RefusePost(_context, ref _context.Find(s_connection), found, map, s_connection));

        AssertNothingMarkedOrCounted();
    }

    [Theory]
    [InlineData(PortKind.Message)]
    [InlineData(PortKind.Event)]
    public void Access_EveryVtl_OnlyItsKindAndFromTheMinimumUp(PortKind kind)
    {
        for (var minimum = 0; minimum < Vtl.Count; minimum++)
        {
            var access = PortAccess.Create(kind, new Vtl((byte)minimum), long.MaxValue);
            for (var caller = 0; caller <= byte.MaxValue; caller++)
            {
                var vtl = new Vtl((byte)caller);
                Assert.Equal(kind == PortKind.Message && caller >= minimum, PortAccess.MayPost(access, vtl));
                Assert.Equal(kind == PortKind.Event && caller >= minimum, PortAccess.MaySignal(access, vtl));
                Assert.False(PortAccess.MayPost(0, vtl) || PortAccess.MaySignal(0, vtl));
            }

            Assert.True(PortAccess.IsKind(access, kind));
            Assert.False(PortAccess.IsKind(access, 1 - kind));
        }
    }

    [Fact]
    public void Access_NextGeneration_IsAnotherWord() =>
        Assert.NotEqual(
            PortAccess.Create(PortKind.Event, Vtl.Vtl1, 1L << 45), PortAccess.Create(PortKind.Event, Vtl.Vtl1, (1L << 45) + 1));

    private void Fill(Port port, ulong access)
    {
        ref var entry = ref _context.Find(s_connection);
        entry.Port = port;
        entry.Access = access;
    }

    private void AssertNothingMarkedOrCounted()
    {
        Assert.Equal(0UL, _context.Mark);
        Assert.Equal(default, _context.AddTo(default, s_connection));
    }
}
