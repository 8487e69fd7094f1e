using Synic.Hv;
using Synic.Memory;
using Synic.Ports;

namespace Synic.VmBus;

/// <summary>How one open channel signals the guest.</summary>
internal sealed class GuestSignal : IDisposable
{
    /// <summary>As a target VP: the guest polls and wants no interrupts.</summary>
    public const uint InterruptsDisabled = 0xFFFF_FFFF;

    private readonly IGuestMemory _memory;
    private readonly IGuestEventPort _port;
    private readonly uint _channel;
    private readonly Gpa? _interruptPage;
    private uint _targetVp;
    private long _count;
    private long _lost;

    /// <param name="ports">Of the partition.</param>
    /// <param name="memory">Of the partition.</param>
    /// <param name="channel">Its id is the number of its event flag.</param>
    /// <param name="targetVp">Or <see cref="InterruptsDisabled"/>.</param>
    /// <param name="interruptPage">Before version 2.4: channels share flag 0 of VP 0, and this page tells them apart.</param>
    public GuestSignal(ISynicPortAccess ports, IGuestMemory memory, uint channel, uint targetVp, Gpa? interruptPage)
    {
        _memory = memory;
        _channel = channel;
        _interruptPage = interruptPage;
        _targetVp = targetVp;
        var vp = interruptPage is not null || targetVp == InterruptsDisabled ? 0 : targetVp;
        _port = ports.CreateGuestEventPort(
            Vtl.Vtl0, new VpIndex(vp), SintIndex.VmBus, interruptPage is null ? (ushort)channel : (ushort)0);
    }

    public uint TargetVp => Volatile.Read(ref _targetVp);

    public long Count => Volatile.Read(ref _count);

    /// <summary>The guest's SynIC took no flag: masked, off, or no such VP.</summary>
    public long Lost => Volatile.Read(ref _lost);

    public void MoveTo(uint targetVp)
    {
        if (_interruptPage is null && targetVp != InterruptsDisabled)
        {
            _port.SetTargetVp(new VpIndex(targetVp));
        }

        Volatile.Write(ref _targetVp, targetVp);
    }

    public void Signal()
    {
        if (TargetVp == InterruptsDisabled)
        {
            return;
        }

        if (_interruptPage is { } page)
        {
            _memory.TryOrUInt32(page + (_channel / 32 * sizeof(uint)), 1U << (int)(_channel % 32), out _);
        }

        Interlocked.Increment(ref _count);
        if (_port.Signal() is not (GuestSignalResult.Interrupt or GuestSignalResult.Coalesced))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    public void Dispose() => _port.Dispose();
}
