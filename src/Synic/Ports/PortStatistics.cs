using Synic.Hv;

namespace Synic.Ports;

/// <summary>What happened at a port since it was registered, added over all VPs.</summary>
/// <param name="Calls">Posts or signals that the port took.</param>
/// <param name="Bytes">Their payload.</param>
/// <param name="Denied">Refused with OPERATION_DENIED: the caller's VTL is too low.</param>
/// <param name="Busy">Refused with INSUFFICIENT_BUFFERS: the port had no room.</param>
/// <param name="WrongKind">Refused with INVALID_CONNECTION_ID: posted to an event port, or signalled a message port.</param>
/// <param name="Faulted">Answered with OPERATION_FAILED because the port's own code threw.</param>
/// <param name="LastActivity">Ticks of the map's time provider; 0 when there was none.</param>
public readonly record struct PortStatistics(
    long Calls, long Bytes, long Denied, long Busy, long WrongKind, long Faulted, long LastActivity)
{
    public long Failures => Denied + Busy + WrongKind + Faulted;

    /// <summary>Failures by the status that the guest saw, zeros included.</summary>
    public IEnumerable<(HvStatus Status, long Count)> FailuresByStatus =>
    [
        (HvStatus.InvalidConnectionId, WrongKind),
        (HvStatus.OperationDenied, Denied),
        (HvStatus.InsufficientBuffers, Busy),
        (HvStatus.OperationFailed, Faulted),
    ];
}
