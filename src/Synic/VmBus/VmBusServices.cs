using Microsoft.Extensions.Logging;
using Synic.Diagnostics;
using Synic.Memory;
using Synic.Ports;

namespace Synic.VmBus;

/// <summary>What the parts of a server share.</summary>
internal sealed class VmBusServices(
    ISynicPortAccess ports, IGuestMemory memory, VmBusOptions options, TimeProvider time, ILogger logger)
{
    private readonly LogLimiter _refusals = new(TimeSpan.FromSeconds(10), time);
    private readonly LogLimiter _faults = new(TimeSpan.FromSeconds(10), time);
    private readonly LogLimiter _connects = new(TimeSpan.FromSeconds(1), time);
    private readonly LogLimiter _failures = new(TimeSpan.FromSeconds(10), time);

    public ISynicPortAccess Ports => ports;

    public IGuestMemory Memory => memory;

    public VmBusOptions Options => options;

    public TimeProvider Time => time;

    public VmBusCounters Counters { get; } = new();

    public void Refuse(ChannelMessageType type, VmBusRefusal reason)
    {
        Counters.Count(reason);
        if (_refusals.TryAcquire(out var suppressed))
        {
            logger.Refused(type, reason, suppressed);
        }
    }

    public void Faulted(uint channel, VmBusRingFault fault, Exception? exception)
    {
        Counters.Count(fault);
        if (_faults.TryAcquire(out var suppressed))
        {
            logger.Faulted(exception, channel, fault, suppressed);
        }
    }

    public void Connected(VmBusVersion version, uint vp)
    {
        if (_connects.TryAcquire(out var suppressed))
        {
            logger.Connected(version, vp, suppressed);
        }
    }

    public void MessageFailed(Exception exception)
    {
        if (_failures.TryAcquire(out var suppressed))
        {
            logger.MessageFailed(exception, suppressed);
        }
    }

    /// <summary>Whether a guest may name this VP.</summary>
    public bool IsVp(uint vp) => options.VpCount is not { } count || vp < (uint)count;
}
