using Synic.Hv;
using Synic.Ports;

namespace Synic.Tests.Ports;

public sealed class GuestPortTests
{
    private static readonly SintIndex s_sint = new(2);

    private readonly PortRig _rig = new();

    [Fact]
    public void MessagePort_SetTargetVp_LaterPostsGoThere()
    {
        using var port = MessagePort();

        port.TryPost(1, [1]);
        port.SetTargetVp(new VpIndex(3));
        port.TryPost(2, [2, 3]);

        Assert.Equal([new VpIndex(0), new VpIndex(3)], _rig.Synic.Posted.Select(p => p.Vp));
        Assert.Equal([2, 3], _rig.Synic.Posted[1].Payload);
        Assert.Equal(new VpIndex(3), Assert.Single(_rig.Ports.GuestPorts()).Vp);
    }

    [Theory]
    [InlineData(GuestPostResult.Delivered)]
    [InlineData(GuestPostResult.QueueFull)]
    [InlineData(GuestPostResult.InvalidVp)]
    [InlineData(GuestPostResult.PartitionGone)]
    public void MessagePort_TryPost_ResultIsReturnedAndShown(GuestPostResult result)
    {
        using var port = MessagePort();
        Assert.Null(Assert.Single(_rig.Ports.GuestPorts()).LastResult);
        _rig.Synic.OnPost = (_, _, _) => result;

        Assert.Equal(result, port.TryPost(1, []));

        var info = Assert.Single(_rig.Ports.GuestPorts());
        Assert.Equal(result.ToString(), info.LastResult);
        Assert.Equal(1, info.Calls);
        Assert.True(info.IsMessage);
        Assert.Null(info.Flag);
    }

    [Fact]
    public async Task PostAsync_QueueFull_WaitsForRoomAndTriesAgain()
    {
        using var port = MessagePort();
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rig.Synic.OnWaitForRoom = _ => room.Task;

        var posting = port.PostAsync(1, new byte[] { 9 }, TestContext.Current.CancellationToken).AsTask();
        Assert.False(posting.IsCompleted);
        Assert.Empty(_rig.Synic.Posted);
        room.SetResult();

        Assert.Equal(GuestPostResult.Delivered, await posting);
        Assert.Equal([9], Assert.Single(_rig.Synic.Posted).Payload);
    }

    [Fact]
    public async Task PostAsync_RoomIsTakenByAnother_WaitsAgain()
    {
        using var port = MessagePort();
        var waits = 0;
        _rig.Synic.OnWaitForRoom = _ =>
        {
            waits++;
            return Task.CompletedTask;
        };
        _rig.Synic.OnPost = (_, _, _) => waits < 3 ? GuestPostResult.QueueFull : GuestPostResult.Deferred;

        var result = await port.PostAsync(1, ReadOnlyMemory<byte>.Empty, TestContext.Current.CancellationToken);

        Assert.Equal(GuestPostResult.Deferred, result);
        Assert.Equal(3, waits);
    }

    [Fact]
    public async Task PostAsync_Cancelled_EndsTheWaitAndPostsNothing()
    {
        using var port = MessagePort();
        using var cancellation = new CancellationTokenSource();
        _rig.Synic.OnWaitForRoom = token => Task.Delay(Timeout.Infinite, token);

        var posting = port.PostAsync(1, ReadOnlyMemory<byte>.Empty, cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posting);
        Assert.Empty(_rig.Synic.Posted);
    }

    [Fact]
    public async Task PostAsync_QueueStaysFullWhileCancelled_GivesUp()
    {
        using var port = MessagePort();
        using var cancellation = new CancellationTokenSource();
        _rig.Synic.OnPost = (_, _, _) =>
        {
            cancellation.Cancel();
            return GuestPostResult.QueueFull;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => port.PostAsync(1, ReadOnlyMemory<byte>.Empty, cancellation.Token).AsTask());
        Assert.Single(_rig.Synic.Posted);
    }

    [Fact]
    public async Task PostAsync_PartitionEndsMeanwhile_SaysSo()
    {
        using var port = MessagePort();
        _rig.Synic.OnPost = (_, _, _) => GuestPostResult.PartitionGone;

        var result = await port.PostAsync(1, ReadOnlyMemory<byte>.Empty, TestContext.Current.CancellationToken);

        Assert.Equal(GuestPostResult.PartitionGone, result);
    }

    [Fact]
    public void EventPort_SetTarget_LaterSignalsGoThere()
    {
        using var port = _rig.Ports.CreateGuestEventPort(Vtl.Vtl0, new VpIndex(0), s_sint, 5);

        port.Signal();
        port.SetTargetVp(new VpIndex(1));
        port.Signal();
        port.SetTarget(Vtl.Vtl2, new VpIndex(2), new SintIndex(7), 2047);
        port.Signal();

        Assert.Equal(
            [
                (Vtl.Vtl0, new VpIndex(0), s_sint, (ushort)5),
                (Vtl.Vtl0, new VpIndex(1), s_sint, (ushort)5),
                (Vtl.Vtl2, new VpIndex(2), new SintIndex(7), (ushort)2047),
            ],
            _rig.Synic.Signalled);
    }

    [Theory]
    [InlineData(GuestSignalResult.Interrupt)]
    [InlineData(GuestSignalResult.Coalesced)]
    [InlineData(GuestSignalResult.InvalidFlag)]
    public void EventPort_Signal_ResultIsReturnedAndShown(GuestSignalResult result)
    {
        using var port = _rig.Ports.CreateGuestEventPort(Vtl.Vtl0, new VpIndex(0), s_sint, 5);
        Assert.Null(Assert.Single(_rig.Ports.GuestPorts()).LastResult);
        _rig.Synic.SignalResult = result;

        Assert.Equal(result, port.Signal());

        var info = Assert.Single(_rig.Ports.GuestPorts());
        Assert.Equal(result.ToString(), info.LastResult);
        Assert.Equal(1, info.Calls);
        Assert.False(info.IsMessage);
        Assert.Equal((ushort)5, info.Flag);
    }

    [Fact]
    public void GuestPorts_Disposed_AreGoneAndTheOthersKeepTheirIds()
    {
        var first = MessagePort();
        using var second = _rig.Ports.CreateGuestEventPort(Vtl.Vtl0, new VpIndex(0), s_sint, 5);
        using var third = MessagePort();
        var ids = _rig.Ports.GuestPorts().Select(p => p.Id).ToArray();

        first.Dispose();
        first.Dispose();

        Assert.Equal(ids[1..], _rig.Ports.GuestPorts().Select(p => p.Id));
        Assert.Equal(3, ids.Distinct().Count());
    }

    private IGuestMessagePort MessagePort() => _rig.Ports.CreateGuestMessagePort(Vtl.Vtl0, new VpIndex(0), s_sint);
}
