using Synic.Interop;

namespace Synic.Ports.Handlers;

/// <summary>Takes every signal; with an event of its own, also those that the hypervisor delivers by itself.</summary>
public sealed class CounterPort : EventPort, IFastPathCounter, IDisposable
{
    private readonly HostEvent? _event;
    private long _fastPathSignals;
    private ushort _lastFlag;

    /// <param name="fastPath">Let the hypervisor take signals without an exit; their flags are then not known.</param>
    public CounterPort(bool fastPath) => _event = fastPath ? new HostEvent() : null;

    public override HostEvent? HostEvent => _event;

    public ushort LastFlag => Volatile.Read(ref _lastFlag);

    public long FastPathSignals
    {
        get
        {
            try
            {
                return Interlocked.Add(ref _fastPathSignals, (long)(_event?.Take() ?? 0));
            }
            catch (ObjectDisposedException)
            {
                return Volatile.Read(ref _fastPathSignals);
            }
        }
    }

    /// <summary>After the port's handle.</summary>
    public void Dispose() => _event?.Dispose();

    protected internal override void HandleEvent(ushort flag) => Volatile.Write(ref _lastFlag, flag);
}
