using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Synic.Diagnostics;
using Synic.History;
using Synic.Hv;
using Synic.Monitors;

namespace Synic.Ports;

/// <summary>
/// Connection id to port: answers HvPostMessage and HvSignalEvent, without a lock, an atomic or an allocation.
/// </summary>
/// <remarks>
/// A call reads the word in its context's entry, marks its context with it, and reads it again. Removal clears the
/// word in every context, passes a process-wide barrier and looks for marks: so either the call sees that the port is
/// gone, or removal sees the mark and waits. While another thread's mark stands the connection is given to nobody else.
/// </remarks>
public sealed class SynicPortMap
{
    /// <summary>Ports that one partition can have.</summary>
    public const int MaxPorts = 1 << 17;

    private static long s_generation;

    private readonly Lock _writer = new(); // guards every field below, and the tables of all contexts against writers
    private ConnectionTable<PortRegistration> _ports = new();
    private readonly HashSet<ConnectionId> _reserved = [];
    private readonly ContextSet _contexts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogLimiter _faultLog;
    private PortRegistration[]? _snapshot;
    private int _count;

    public SynicPortMap(TimeProvider? time = null, ILogger? logger = null)
    {
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
        _faultLog = new LogLimiter(TimeSpan.FromSeconds(10), _time);
        _contexts = new ContextSet(_writer, Snapshot, _time);
    }

    /// <summary>Registrations, refusals and removals, for the metrics.</summary>
    public PortRegistrationCounters Registrations { get; } = new();

    /// <summary>Is told of registrations, refusals and removals; null for nobody.</summary>
    internal CallTap? Tap { get; init; }

    /// <summary>The ports that went last.</summary>
    public DepartedPorts Departed { get; } = new();

    /// <summary>Holds back the log lines of ports whose code threw.</summary>
    public LogLimiter FaultLog => _faultLog;

    /// <summary>What a call to a port of the other kind gets; dialects differ.</summary>
    internal HvStatus WrongKindStatus { get; set; } = HvStatus.InvalidConnectionId;

    /// <summary>
    /// Makes every processor see what was unpublished, and shows every mark that stood before; the marks rest on it.
    /// </summary>
    internal Action Barrier { get; init; } = Interlocked.MemoryBarrierProcessWide;

    /// <summary>Hands a guest's HvPostMessage to the port behind the connection.</summary>
    /// <param name="context">The calling VP's; see <see cref="CreateContext"/>.</param>
    /// <param name="vtl">The caller's.</param>
    /// <param name="connection">As the guest gave it, any 32 bits.</param>
    /// <param name="trusted">See <see cref="MessagePort.TryHandleMessage"/>.</param>
    /// <param name="message">A copy of what the guest wrote.</param>
    /// <returns><see cref="HvStatus.InsufficientBuffers"/> asks the guest to try again later.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // what finds the port; PortCall has the rest
    public HvStatus HandlePostMessage(
        DispatchContext context, Vtl vtl, ConnectionId connection, bool trusted, PostedMessage message)
    {
        context.CountPost(vtl);
        if (context.FindPage(connection) is { } page)
        {
            ref var entry = ref PortTable.At(page, connection);
            var access = entry.Access;
            if (PortAccess.MayPost(access, vtl))
            {
                return PortCall.Post(context, ref entry, access, trusted, message, connection);
            }

            if (access != 0)
            {
                return PortCall.RefusePost(context, ref entry, access, this, connection);
            }
        }

        return PortCall.PostToNobody(context);
    }

    /// <summary>Hands a guest's HvSignalEvent to the port behind the connection.</summary>
    /// <param name="context">The calling VP's; see <see cref="CreateContext"/>.</param>
    /// <param name="vtl">The caller's.</param>
    /// <param name="connection">As the guest gave it, any 32 bits.</param>
    /// <param name="flag">As the guest gave it; the port decides what it means.</param>
    /// <param name="path">How the signal came.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public HvStatus HandleSignalEvent(
        DispatchContext context, Vtl vtl, ConnectionId connection, ushort flag, SignalPath path = SignalPath.Hypercall)
    {
        context.CountSignal(vtl, path);
        if (context.FindPage(connection) is { } page)
        {
            ref var entry = ref PortTable.At(page, connection);
            var access = entry.Access;
            if (PortAccess.MaySignal(access, vtl))
            {
                var status = PortCall.Signal(context, ref entry, access, flag);
                return status.IsSuccess ? HvStatus.Success : PortCall.SignalFailed(context, status, path);
            }

            if (access != 0)
            {
                return PortCall.RefuseSignal(context, ref entry, access, path, this, connection);
            }
        }

        return PortCall.SignalToNobody(context, path);
    }

    /// <summary>
    /// Makes the context of a VP. It lives as long as the map; its counters are never lost. One thread at a time
    /// dispatches with it, and sets <see cref="DispatchContext.Timestamp"/> before it does.
    /// </summary>
    public DispatchContext CreateContext(VpIndex vp) => _contexts.Create(vp);

    /// <summary>Lends a context to a thread that is no VP, until the result is disposed.</summary>
    public ContextLease RentContext() => new(_contexts, _contexts.Rent());

    /// <summary>All ports now, by connection id. The same array until the next change: do not write to it.</summary>
    public IReadOnlyList<PortRegistration> Snapshot()
    {
        lock (_writer)
        {
            return _snapshot ??= TakeSnapshot();
        }
    }

    public bool TryGet(ConnectionId connection, out PortRegistration registration)
    {
        lock (_writer)
        {
            registration = _ports.Find(connection)!;
            return registration is not null;
        }
    }

    /// <summary>The contexts so far, to add their counters.</summary>
    public IReadOnlyList<DispatchContext> Contexts => _contexts.All;

    /// <summary>Takes a connection id before anything is published, so that a refusal leaves no trace.</summary>
    internal void Reserve(ConnectionId connection, Vtl minimumVtl)
    {
        if (!connection.IsValid)
        {
            throw Refused(new PortRegistrationException(
                PortRegistrationError.InvalidId, connection, $"connection id {connection} has bits above 23"));
        }

        if (!minimumVtl.IsValid)
        {
            throw Refused(new PortRegistrationException(
                PortRegistrationError.InvalidId, connection, $"there is no VTL {minimumVtl}"));
        }

        lock (_writer)
        {
            if (_ports.Find(connection) is not null || _reserved.Contains(connection))
            {
                throw Refused(new ConnectionIdInUseException(connection));
            }

            if (_count + _reserved.Count >= MaxPorts)
            {
                throw Refused(new PortRegistrationException(
                    PortRegistrationError.Limit, connection, $"a partition has at most {MaxPorts} ports"));
            }

            _reserved.Add(connection);
        }
    }

    internal void CancelReservation(ConnectionId connection)
    {
        lock (_writer)
        {
            _reserved.Remove(connection);
        }
    }

    /// <summary>Makes a port reachable under the connection id that was reserved for it.</summary>
    internal PortRegistration Publish(
        ConnectionId connection, Vtl minimumVtl, Port port, string owner, MonitorInfo? monitor, FastPath? fastPath)
    {
        var registration = new PortRegistration(
            this, port, connection, minimumVtl, Interlocked.Increment(ref s_generation), owner, _time.GetUtcNow(), monitor, fastPath);
        port.Bind(registration);
        lock (_writer)
        {
            ref var place = ref _ports.GetOrAdd(connection);
            _contexts.Publish(registration);
            place = registration;
            _reserved.Remove(connection);
            _count++;
            _snapshot = null;
        }

        Registrations.CountAdded(port.Kind);
        Tap?.PortAdded(connection, registration.Generation, owner, port.Kind == PortKind.Message, minimumVtl, monitor?.Id);
        return registration;
    }

    /// <summary>
    /// Takes ports out, and waits until no callback of theirs is running: one barrier for all. Their connection ids
    /// stay taken until <see cref="Release"/>.
    /// </summary>
    internal void Unpublish(params ReadOnlySpan<PortRegistration> registrations)
    {
        lock (_writer)
        {
            foreach (var registration in registrations)
            {
                _ports.Find(registration.Connection) = null;
                _contexts.Unpublish(registration);
                _reserved.Add(registration.Connection);
                _count--;
            }

            _snapshot = null;
        }

        Barrier();
        foreach (var registration in registrations)
        {
            Registrations.CountRemoved(registration.Port.Kind);
            _contexts.Drain(registration);
            Tap?.PortRemoved(registration.Connection, registration.Generation);
        }
    }

    /// <summary>Gives the connection ids free.</summary>
    internal void Release(params ReadOnlySpan<PortRegistration> registrations)
    {
        lock (_writer)
        {
            foreach (var registration in registrations)
            {
                _contexts.Release(registration);
                Departed.Add(registration, _time.GetUtcNow(), registrations.Length == 1 ? PortDeparture.Disposed : PortDeparture.DisposedTogether);
                _reserved.Remove(registration.Connection);
            }
        }
    }

    internal PortRegistrationException Refused(PortRegistrationException exception)
    {
        Registrations.CountRefused(exception.Error);
        Tap?.PortRefused(exception.Connection, (ushort)exception.Error);
        return exception;
    }

    internal void LogFault(PortRegistration registration, Exception exception)
    {
        if (_faultLog.TryAcquire(out var suppressed))
        {
            _logger.PortFaulted(exception, registration.Connection, registration.Owner, suppressed);
        }
    }

    /// <summary>Adds a port's counters over all VPs.</summary>
    internal PortStatistics ReadStatistics(PortRegistration registration) => _contexts.Read(registration);

    private PortRegistration[] TakeSnapshot()
    {
        var registrations = new PortRegistration[_count];
        var filled = 0;
        foreach (var page in _ports.Pages)
        {
            foreach (var registration in page.AsSpan())
            {
                if (registration is not null)
                {
                    registrations[filled++] = registration;
                }
            }
        }

        return registrations;
    }
}
