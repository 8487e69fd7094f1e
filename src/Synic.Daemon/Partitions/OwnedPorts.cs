using Synic.Backends;
using Synic.Daemon.Configuration;
using Synic.Hv;
using Synic.Monitors;
using Synic.Ports;
using Synic.Ports.Handlers;

namespace Synic.Daemon.Partitions;

/// <summary>The ports with built-in handlers that the daemon itself put into a partition.</summary>
internal sealed class OwnedPorts(IPartition partition) : IDisposable
{
    private readonly Lock _gate = new(); // guards both dictionaries
    private readonly Dictionary<long, OwnedPort> _ports = [];
    private readonly Dictionary<long, IDisposable> _suspensions = [];

    /// <exception cref="PortRegistrationException">Nothing was registered, and why.</exception>
    public PortRegistration Add(NewPort port)
    {
        var owned = port.Handler switch
        {
            BuiltInHandlers.Echo => AddEcho(port),
            BuiltInHandlers.Sink => AddMessage(port, new SinkPort(), null),
            BuiltInHandlers.Full => AddMessage(port, new FullPort(), null),
            BuiltInHandlers.Counter => AddCounter(port),
            _ => throw new ArgumentException($"no handler '{port.Handler}'", nameof(port)),
        };
        lock (_gate)
        {
            _ports.Add(owned.Registration.Port.Generation, owned);
        }

        return owned.Registration;
    }

    /// <summary>Whether the port was made through the API, so that the API may remove it.</summary>
    public bool IsRemovable(long generation)
    {
        lock (_gate)
        {
            return _ports.TryGetValue(generation, out var port) && port.Removable;
        }
    }

    /// <returns>False when it was not made through the API, or is already gone.</returns>
    public bool Remove(long generation)
    {
        OwnedPort? port;
        lock (_gate)
        {
            if (!_ports.TryGetValue(generation, out port) || !port.Removable)
            {
                return false;
            }

            _ports.Remove(generation);
        }

        port.Dispose();
        SetFastPath(port.Registration, enabled: true); // forgets a suspension
        return true;
    }

    /// <summary>Takes the fast path away, so that every signal comes through the port map, or gives it back.</summary>
    public void SetFastPath(PortRegistration registration, bool enabled)
    {
        lock (_gate)
        {
            var generation = registration.Port.Generation;
            if (enabled)
            {
                if (_suspensions.Remove(generation, out var suspension))
                {
                    suspension.Dispose();
                }
            }
            else if (!_suspensions.ContainsKey(generation))
            {
                _suspensions.Add(generation, registration.FastPath!.Suspend());
            }
        }
    }

    public void Dispose()
    {
        OwnedPort[] ports;
        lock (_gate)
        {
            ports = [.. _ports.Values];
            _ports.Clear();
        }

        PortHandle.DisposeAll(ports.Select(static p => p.Handle));
        foreach (var port in ports)
        {
            port.Dispose();
        }
    }

    private OwnedPort AddEcho(NewPort port)
    {
        var answers = partition.Ports.CreateGuestMessagePort(port.MinimumVtl, port.Vp, port.Sint);
        try
        {
            return AddMessage(port, new EchoPort(answers), answers);
        }
        catch
        {
            answers.Dispose();
            throw;
        }
    }

    private OwnedPort AddMessage(NewPort port, MessagePort handler, IDisposable? resource) =>
        new(partition.Ports.AddMessagePort(port.Connection, port.MinimumVtl, handler, port.Owner), resource, port.Removable);

    private OwnedPort AddCounter(NewPort port)
    {
        var handler = new CounterPort(fastPath: true);
        try
        {
            return new OwnedPort(
                partition.Ports.AddEventPort(port.Connection, port.MinimumVtl, handler, port.Owner, port.Monitor), handler, port.Removable);
        }
        catch
        {
            handler.Dispose();
            throw;
        }
    }

    private sealed class OwnedPort(PortHandle handle, IDisposable? resource, bool removable) : IDisposable
    {
        public PortHandle Handle => handle;

        public PortRegistration Registration => handle.Registration;

        public bool Removable => removable;

        public void Dispose()
        {
            handle.Dispose();
            resource?.Dispose(); // after the handle: until then a callback may use it
        }
    }
}

/// <summary>A port to be made.</summary>
internal sealed record NewPort
{
    public required ConnectionId Connection { get; init; }

    /// <summary>One of <see cref="BuiltInHandlers"/>.</summary>
    public required string Handler { get; init; }

    public Vtl MinimumVtl { get; init; }

    public required string Owner { get; init; }

    public MonitorInfo? Monitor { get; init; }

    /// <summary>Echo: where answers go.</summary>
    public VpIndex Vp { get; init; }

    /// <summary>Echo: where answers go.</summary>
    public SintIndex Sint { get; init; } = SintIndex.VmBus;

    /// <summary>Made through the API.</summary>
    public bool Removable { get; init; }
}
