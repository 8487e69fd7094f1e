using Synic.Hv;

namespace Synic.Ports;

internal interface IGuestPort
{
    GuestPortInfo Info { get; }
}

/// <summary>Posts straight to a SINT of the backend (OpenVMM's DirectGuestMessagePort).</summary>
internal sealed class GuestMessagePort(ISynic synic, long id, Vtl vtl, VpIndex vp, SintIndex sint, Action removed)
    : IGuestMessagePort, IGuestPort
{
    private uint _vp = vp.Value;
    private int _lastResult = -1;
    private long _calls;

    public GuestPortInfo Info => new(
        id, IsMessage: true, vtl, Vp, sint, Flag: null,
        Volatile.Read(ref _lastResult) is >= 0 and var result ? ((GuestPostResult)result).ToString() : null,
        Volatile.Read(ref _calls));

    private VpIndex Vp => new(Volatile.Read(ref _vp));

    /// <summary>A post would not be answered with <see cref="GuestPostResult.QueueFull"/> now.</summary>
    public bool HasRoom => synic.WaitForRoomAsync(vtl, Vp, sint, CancellationToken.None).IsCompleted;

    public GuestPostResult TryPost(uint type, ReadOnlySpan<byte> payload)
    {
        var result = synic.PostMessage(vtl, Vp, sint, type, payload);
        Interlocked.Increment(ref _calls);
        Volatile.Write(ref _lastResult, (int)result);
        return result;
    }

    public async ValueTask<GuestPostResult> PostAsync(
        uint type, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var room = synic.WaitForRoomAsync(vtl, Vp, sint, cancellation);
            await room.ConfigureAwait(false);
            var result = TryPost(type, payload.Span);
            if (result != GuestPostResult.QueueFull)
            {
                return result;
            }
        }
    }

    public void SetTargetVp(VpIndex vp) => Volatile.Write(ref _vp, vp.Value);

    public void Dispose() => removed();
}

/// <summary>Sets a flag straight in the SIEF page of the backend.</summary>
internal sealed class GuestEventPort : IGuestEventPort, IGuestPort
{
    private readonly ISynic _synic;
    private readonly long _id;
    private readonly Action _removed;
    private Target _target;
    private int _lastResult = -1;
    private long _calls;

    public GuestEventPort(ISynic synic, long id, Vtl vtl, VpIndex vp, SintIndex sint, ushort flag, Action removed)
    {
        _synic = synic;
        _id = id;
        _removed = removed;
        _target = new Target(vtl, vp, sint, flag);
    }

    public GuestPortInfo Info
    {
        get
        {
            var target = Volatile.Read(ref _target);
            return new GuestPortInfo(
                _id, IsMessage: false, target.Vtl, target.Vp, target.Sint, target.Flag,
                Volatile.Read(ref _lastResult) is >= 0 and var result ? ((GuestSignalResult)result).ToString() : null,
                Volatile.Read(ref _calls));
        }
    }

    public GuestSignalResult Signal()
    {
        var target = Volatile.Read(ref _target);
        var result = _synic.SignalEvent(target.Vtl, target.Vp, target.Sint, target.Flag);
        Interlocked.Increment(ref _calls);
        Volatile.Write(ref _lastResult, (int)result);
        return result;
    }

    public void SetTargetVp(VpIndex vp)
    {
        // Against a concurrent SetTarget: what was set last as a whole wins.
        Target before, after;
        do
        {
            before = Volatile.Read(ref _target);
            after = before with { Vp = vp };
        }
        while (Interlocked.CompareExchange(ref _target, after, before) != before);
    }

    public void SetTarget(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag) =>
        Volatile.Write(ref _target, new Target(vtl, vp, sint, flag));

    public void Dispose() => _removed();

    private sealed record Target(Vtl Vtl, VpIndex Vp, SintIndex Sint, ushort Flag);
}
