using Synic.Diagnostics;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Tests.Ports;

/// <summary>A port goes away after a call found its entry and before the call's mark stands.</summary>
public sealed class PortCallTests
{
    private const int Slot = 1;

    private readonly DispatchContext _context = new SynicPortMap().CreateContext(new VpIndex(0));
    private readonly TestEventPort _events = new();
    private readonly TestMessagePort _messages = new();

    public PortCallTests() => _context.Grow(1);

    [Theory]
    [InlineData(0, 0)]    // gone
    [InlineData(2, 0)]    // another port has the connection, with another slot
    [InlineData(Slot, 1)] // the slot was used again, with another minimum VTL
    public void Signal_EntryChangedBetweenTheTwoLooks_CallsNobody(int slot, byte minimumVtl)
    {
        var found = PortAccess.Create(PortKind.Event, Vtl.Vtl0, Slot);
        var entry = Entry(_events, slot == 0 ? 0 : PortAccess.Create(PortKind.Event, new Vtl(minimumVtl), slot));

        var status = PortCall.Signal(_context, ref entry, found, 0, SignalPath.Monitor);

        Assert.Equal(HvStatus.InvalidConnectionId, status);
        Assert.Empty(_events.Flags);
        Assert.Equal(0, _context.Mark);
        Assert.Equal(default, new PortStatistics().Add(in _context.Taken(Slot), in _context.Refused(Slot)));
        Assert.Equal(
            1, _context.Counters.SignalFailures(FailureStatus.IndexOf(HvStatus.InvalidConnectionId), SignalPath.Monitor));
    }

    [Fact]
    public void Post_EntryChangedBetweenTheTwoLooks_CallsNobody()
    {
        var found = PortAccess.Create(PortKind.Message, Vtl.Vtl0, Slot);
        var entry = Entry(_messages, access: 0);

        var status = PortCall.Post(_context, ref entry, found, trusted: false, new PostedMessage(1, [1]));

        Assert.Equal(HvStatus.InvalidConnectionId, status);
        Assert.Empty(_messages.Messages);
        Assert.Equal(0, _context.Mark);
        Assert.Equal(0, _context.Counters.PostBytes());
        Assert.Equal(1, _context.Counters.PostFailures(FailureStatus.IndexOf(HvStatus.InvalidConnectionId)));
    }

    [Fact]
    public void Refuse_EntryChangedBetweenTheTwoLooks_IsNotCountedForWhoHasTheSlotNow()
    {
        var found = PortAccess.Create(PortKind.Event, Vtl.Vtl2, Slot);
        var entry = Entry(_events, access: 0);

        Assert.Equal(
            HvStatus.OperationDenied,
            PortCall.RefuseSignal(_context, ref entry, found, SignalPath.Hypercall, HvStatus.InvalidConnectionId));
        Assert.Equal(
            HvStatus.InvalidPortId, PortCall.RefusePost(_context, ref entry, found, wrongKindStatus: HvStatus.InvalidPortId));

        Assert.Equal(0, _context.Mark);
        Assert.Equal(default, new PortStatistics().Add(in _context.Taken(Slot), in _context.Refused(Slot)));
    }

    [Theory]
    [InlineData(PortKind.Message)]
    [InlineData(PortKind.Event)]
    public void Access_EveryVtl_OnlyItsKindAndFromTheMinimumUp(PortKind kind)
    {
        for (var minimum = 0; minimum < Vtl.Count; minimum++)
        {
            var access = PortAccess.Create(kind, new Vtl((byte)minimum), int.MaxValue);
            for (var caller = 0; caller <= byte.MaxValue; caller++)
            {
                var vtl = new Vtl((byte)caller);
                Assert.Equal(kind == PortKind.Message && caller >= minimum, PortAccess.MayPost(access, vtl));
                Assert.Equal(kind == PortKind.Event && caller >= minimum, PortAccess.MaySignal(access, vtl));
                Assert.False(PortAccess.MayPost(0, vtl) || PortAccess.MaySignal(0, vtl));
            }

            Assert.Equal(int.MaxValue, PortAccess.Slot(access));
            Assert.True(PortAccess.IsKind(access, kind));
            Assert.False(PortAccess.IsKind(access, 1 - kind));
        }
    }

    private static PortEntry Entry(Port port, ulong access) => new() { Port = port, Access = access };
}
