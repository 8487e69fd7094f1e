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
    private volatile bool _blocked;

    /// <summary>The guest has no room for the message that is to be sent next.</summary>
    public bool Blocked => _blocked;

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

        var posting = _port.PostAsync(HvMessage.TypeChannel, message, stop);
        _blocked = !posting.IsCompleted;
        try
        {
            var result = await posting.ConfigureAwait(false);
            counters.Count(result);
            return result;
        }
        finally
        {
            _blocked = false;
        }
    }

    public void Dispose() => _port?.Dispose();
}
