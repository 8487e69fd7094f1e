using Synic.Hv;
using Synic.Ports;

namespace Synic.VmBus;

/// <summary>
/// Sends the host's messages in order. While one waits for room in the guest's queue, the worker waits with it and
/// takes no further message: nothing piles up on either side.
/// </summary>
internal sealed class Outbox(ISynicPortAccess ports, VmBusCounters counters, CancellationToken stop) : IDisposable
{
    private IGuestMessagePort? _port;
    private volatile bool _sending;

    public bool Sending => _sending;

    /// <summary>Where messages go from now on.</summary>
    public void SetTarget(VpIndex vp, SintIndex sint)
    {
        _port?.Dispose();
        _port = ports.CreateGuestMessagePort(Vtl.Vtl0, vp, sint);
    }

    /// <exception cref="OperationCanceledException">The server ends.</exception>
    public async ValueTask<GuestPostResult> SendAsync(ReadOnlyMemory<byte> message)
    {
        if (_port is null)
        {
            throw new InvalidOperationException("there has been no contact yet");
        }

        _sending = true;
        try
        {
            var result = await _port.PostAsync(HvMessage.TypeChannel, message, stop).ConfigureAwait(false);
            counters.Count(result);
            return result;
        }
        finally
        {
            _sending = false;
        }
    }

    public void Dispose() => _port?.Dispose();
}
