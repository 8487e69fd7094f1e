using Synic.Backends;
using Synic.Daemon.Configuration;
using Synic.Hv;
using Synic.Monitors;
using Synic.Ports;
using Synic.Ports.Handlers;

namespace Synic.Daemon.Partitions;

/// <summary>The ports with built-in handlers that the daemon itself put into a partition.</summary>
internal sealed class OwnedPorts : IDisposable
{
    private readonly Lock _changing = new(); // one new port, or one move to another machine, at a time; taken before _gate
    private readonly Lock _gate = new(); // guards both dictionaries
    private readonly Dictionary<long, OwnedPort> _ports = [];
    private readonly Dictionary<long, IDisposable> _suspensions = [];
    private IPartition _partition;

    public OwnedPorts(IPartition partition) => _partition = partition;

    /// <exception cref="PortRegistrationException">Nothing was registered, and why.</exception>
    public PortRegistration Add(NewPort port)
    {
        lock (_changing)
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
    }

    /// <summary>
    /// Takes all ports away, and has them again in another partition, with new counters. A port that somebody
    /// adds meanwhile waits, and is then added there.
    /// </summary>
    /// <param name="replace">Makes the other partition.</param>
    /// <param name="refused">Told of a port that cannot be had there.</param>
    public void Move(Func<IPartition> replace, Action<NewPort, PortRegistrationException> refused)
    {
        lock (_changing)
        {
            var ports = TakeAll();
            _partition = replace();
            foreach (var (port, suspended) in ports)
            {
                try
                {
                    var registration = Add(port);
                    if (suspended && registration.FastPath is not null)
                    {
                        SetFastPath(registration, enabled: false);
                    }
                }
                catch (PortRegistrationException e)
                {
                    refused(port, e);
                }
            }
        }
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

    public void Dispose() => TakeAll();

    private (NewPort Port, bool Suspended)[] TakeAll()
    {
        OwnedPort[] ports;
        (NewPort, bool)[] again;
        lock (_gate)
        {
            ports = [.. _ports.Values.OrderBy(static p => p.Registration.Port.Generation)];
            again = [.. ports.Select(p => (p.Port, _suspensions.ContainsKey(p.Registration.Port.Generation)))];
            _ports.Clear();
            _suspensions.Clear();
        }

        PortHandle.DisposeAll(ports.Select(static p => p.Handle));
        foreach (var port in ports)
        {
            port.Dispose();
        }

        return again;
    }

    private OwnedPort AddEcho(NewPort port)
    {
        var answers = _partition.Ports.CreateGuestMessagePort(port.MinimumVtl, port.Vp, port.Sint);
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
        new(port, _partition.Ports.AddMessagePort(port.Connection, port.MinimumVtl, handler, port.Owner), resource);

    private OwnedPort AddCounter(NewPort port)
    {
        var handler = new CounterPort(fastPath: true);
        try
        {
            return new OwnedPort(
                port, _partition.Ports.AddEventPort(port.Connection, port.MinimumVtl, handler, port.Owner, port.Monitor), handler);
        }
        catch
        {
            handler.Dispose();
            throw;
        }
    }

    private sealed class OwnedPort(NewPort port, PortHandle handle, IDisposable? resource) : IDisposable
    {
        public NewPort Port => port;

        public PortHandle Handle => handle;

        public PortRegistration Registration => handle.Registration;

        public bool Removable => port.Removable;

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
