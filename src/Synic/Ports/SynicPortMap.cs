using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Synic.Diagnostics;
using Synic.Hv;
using Synic.Monitors;

namespace Synic.Ports;

/// <summary>
/// Connection id to port: answers HvPostMessage and HvSignalEvent. Reading takes no lock and allocates nothing: a
/// two-level table of 4096 x 4096 slots, whose pages only a registration makes, never a guest.
/// </summary>
public sealed class SynicPortMap
{
    /// <summary>Ports that one partition can have.</summary>
    public const int MaxPorts = 1 << 17;

    private const int PageShift = 12;
    private const int PageSize = 1 << PageShift;

    private static long s_generation;

    private readonly Port?[]?[] _pages = new Port?[PageSize][];
    private readonly Lock _writer = new(); // guards every field below and all writes to _pages
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogLimiter _faultLog;
    private readonly SortedDictionary<ConnectionId, PortRegistration> _registrations = [];
    private readonly HashSet<ConnectionId> _reserved = [];
    private readonly Stack<int> _freeSlots = new();
    private readonly Stack<DispatchContext> _rentable = new();
    private DispatchContext[] _contexts = [];
    private PortRegistration[]? _snapshot;
    private int _slotCount;
    private int _chunks;

    public SynicPortMap(TimeProvider? time = null, ILogger? logger = null)
    {
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
        _faultLog = new LogLimiter(TimeSpan.FromSeconds(10), _time);
    }

    /// <summary>Registrations, refusals and removals, for the metrics.</summary>
    public PortRegistrationCounters Registrations { get; } = new();

    /// <summary>What a call to a port of the other kind gets; dialects differ.</summary>
    internal HvStatus WrongKindStatus { get; set; } = HvStatus.InvalidConnectionId;

    /// <summary>Hands a guest's HvPostMessage to the port behind the connection.</summary>
    /// <param name="context">The calling VP's; see <see cref="CreateContext"/>.</param>
    /// <param name="vtl">The caller's.</param>
    /// <param name="connection">As the guest gave it, any 32 bits.</param>
    /// <param name="trusted">See <see cref="MessagePort.TryHandleMessage"/>.</param>
    /// <param name="message">A copy of what the guest wrote.</param>
    /// <returns><see cref="HvStatus.InsufficientBuffers"/> asks the guest to try again later.</returns>
    public HvStatus HandlePostMessage(
        DispatchContext context, Vtl vtl, ConnectionId connection, bool trusted, PostedMessage message)
    {
        context.Counters.CountPost(vtl);
        var port = Find(connection);
        if (port is null || port.Kind != PortKind.Message || vtl < port.MinimumVtl || !context.TryEnter(port))
        {
            return RefusePost(context, port);
        }

        try
        {
            var taken = port.TryHandleMessage(message, trusted);
            ref var cell = ref context.Cell(port);
            Volatile.Write(ref cell.LastActivity, context.Timestamp);
            if (taken)
            {
                Volatile.Write(ref cell.Calls, cell.Calls + 1);
                Volatile.Write(ref cell.Bytes, cell.Bytes + message.Payload.Length);
                context.Counters.CountPostBytes(message.Payload.Length);
                return HvStatus.Success;
            }

            Volatile.Write(ref cell.Busy, cell.Busy + 1);
            context.Counters.CountPostFailure(HvStatus.InsufficientBuffers);
            return HvStatus.InsufficientBuffers;
        }
        catch (Exception e)
        {
            Fault(context, port, e);
            context.Counters.CountPostFailure(HvStatus.OperationFailed);
            return HvStatus.OperationFailed;
        }
        finally
        {
            context.Leave(port);
        }
    }

    /// <summary>Hands a guest's HvSignalEvent to the port behind the connection.</summary>
    /// <param name="context">The calling VP's; see <see cref="CreateContext"/>.</param>
    /// <param name="vtl">The caller's.</param>
    /// <param name="connection">As the guest gave it, any 32 bits.</param>
    /// <param name="flag">As the guest gave it; the port decides what it means.</param>
    /// <param name="path">How the signal came.</param>
    public HvStatus HandleSignalEvent(
        DispatchContext context, Vtl vtl, ConnectionId connection, ushort flag, SignalPath path = SignalPath.Hypercall)
    {
        context.Counters.CountSignal(vtl, path);
        var port = Find(connection);
        if (port is null || port.Kind != PortKind.Event || vtl < port.MinimumVtl || !context.TryEnter(port))
        {
            return RefuseSignal(context, port, path);
        }

        try
        {
            port.HandleEvent(flag);
            ref var cell = ref context.Cell(port);
            Volatile.Write(ref cell.LastActivity, context.Timestamp);
            Volatile.Write(ref cell.Calls, cell.Calls + 1);
            return HvStatus.Success;
        }
        catch (Exception e)
        {
            Fault(context, port, e);
            context.Counters.CountSignalFailure(HvStatus.OperationFailed, path);
            return HvStatus.OperationFailed;
        }
        finally
        {
            context.Leave(port);
        }
    }

    /// <summary>Makes the context of a VP. It lives as long as the map; its counters are never lost.</summary>
    public DispatchContext CreateContext(VpIndex vp)
    {
        var context = new DispatchContext(vp);
        lock (_writer)
        {
            context.Grow(_chunks);
            Volatile.Write(ref _contexts, [.. _contexts, context]);
        }

        return context;
    }

    /// <summary>Lends a context to a thread that is no VP, until the result is disposed on the same thread.</summary>
    public ContextLease RentContext()
    {
        DispatchContext? context;
        lock (_writer)
        {
            _rentable.TryPop(out context);
        }

        context ??= CreateContext(VpIndex.Any);
        context.ThreadId = Environment.CurrentManagedThreadId;
        context.Timestamp = _time.GetTimestamp();
        return new ContextLease(this, context);
    }

    /// <summary>All ports now, by connection id. The same array until the next change: do not write to it.</summary>
    public IReadOnlyList<PortRegistration> Snapshot()
    {
        lock (_writer)
        {
            return _snapshot ??= [.. _registrations.Values];
        }
    }

    public bool TryGet(ConnectionId connection, out PortRegistration registration)
    {
        lock (_writer)
        {
            return _registrations.TryGetValue(connection, out registration!);
        }
    }

    /// <summary>The contexts so far, to add their counters.</summary>
    public IReadOnlyList<DispatchContext> Contexts => Volatile.Read(ref _contexts);

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
            if (_registrations.ContainsKey(connection) || _reserved.Contains(connection))
            {
                throw Refused(new ConnectionIdInUseException(connection));
            }

            if (_registrations.Count + _reserved.Count >= MaxPorts)
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
        lock (_writer)
        {
            var slot = TakeSlot();
            try
            {
                port.Bind(connection, minimumVtl, Interlocked.Increment(ref s_generation), slot);
            }
            catch
            {
                _freeSlots.Push(slot);
                throw;
            }

            var registration = new PortRegistration(
                this, port, owner, _time.GetUtcNow(), monitor, fastPath, ReadCells(slot));
            _reserved.Remove(connection);
            _registrations.Add(connection, registration);
            _snapshot = null;
            ref var page = ref _pages[connection.Value >> PageShift];
            if (page is null)
            {
                Volatile.Write(ref page, new Port?[PageSize]);
            }

            Volatile.Write(ref page![connection.Value & (PageSize - 1)], port);
            Registrations.CountAdded(port.Kind);
            return registration;
        }
    }

    /// <summary>Takes ports out, and waits until no callback of theirs is running. One barrier for all.</summary>
    internal void Remove(params ReadOnlySpan<PortRegistration> registrations)
    {
        lock (_writer)
        {
            foreach (var registration in registrations)
            {
                var port = registration.Port;
                Volatile.Write(ref _pages[port.Connection.Value >> PageShift]![port.Connection.Value & (PageSize - 1)], null);
                port.Removed = true;
                _registrations.Remove(port.Connection);
                Registrations.CountRemoved(port.Kind);
            }

            _snapshot = null;
        }

        // From here on every dispatcher either sees "removed", or its mark is seen below.
        Interlocked.MemoryBarrierProcessWide();
        foreach (var registration in registrations)
        {
            Drain(registration.Port);
        }

        lock (_writer)
        {
            foreach (var registration in registrations)
            {
                registration.Final = ReadCells(registration.Port.Slot).Since(registration.Baseline);
                _freeSlots.Push(registration.Port.Slot);
            }
        }
    }

    internal PortRegistrationException Refused(PortRegistrationException exception)
    {
        Registrations.CountRefused(exception.Error);
        return exception;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Port? Find(ConnectionId connection)
    {
        var index = connection.Value >> PageShift;
        if (index >= PageSize)
        {
            return null; // an id with any of the top 8 bits is no id
        }

        var page = Volatile.Read(ref _pages[index]);
        return page is null ? null : Volatile.Read(ref page[connection.Value & (PageSize - 1)]);
    }

    private void Drain(Port port)
    {
        var thread = Environment.CurrentManagedThreadId;
        foreach (var context in Contexts)
        {
            if (context.ThreadId == thread)
            {
                continue; // its frame is below us on this very stack
            }

            var spin = default(SpinWait);
            while (context.IsInside(port.Generation))
            {
                spin.SpinOnce();
            }
        }

        var wait = default(SpinWait);
        while (Volatile.Read(ref port.OverflowCalls) != 0)
        {
            wait.SpinOnce();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private HvStatus RefusePost(DispatchContext context, Port? port)
    {
        var status = Refuse(context, port, PortKind.Message);
        context.Counters.CountPostFailure(status);
        return status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private HvStatus RefuseSignal(DispatchContext context, Port? port, SignalPath path)
    {
        var status = Refuse(context, port, PortKind.Event);
        context.Counters.CountSignalFailure(status, path);
        return status;
    }

    // The order of the arms is the order of the checks. The mark keeps the counters' slot with this port meanwhile.
    private HvStatus Refuse(DispatchContext context, Port? port, PortKind kind)
    {
        if (port is null || !context.TryEnter(port))
        {
            return HvStatus.InvalidConnectionId;
        }

        ref var cell = ref context.Cell(port);
        Volatile.Write(ref cell.LastActivity, context.Timestamp);
        var wrongKind = port.Kind != kind;
        ref var counter = ref wrongKind ? ref cell.WrongKind : ref cell.Denied;
        Volatile.Write(ref counter, counter + 1);
        context.Leave(port);
        return wrongKind ? WrongKindStatus : HvStatus.OperationDenied;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Fault(DispatchContext context, Port port, Exception exception)
    {
        ref var cell = ref context.Cell(port);
        Volatile.Write(ref cell.LastActivity, context.Timestamp);
        Volatile.Write(ref cell.Faulted, cell.Faulted + 1);
        if (_faultLog.TryAcquire(out var suppressed))
        {
            var owner = TryGet(port.Connection, out var registration) ? registration.Owner : "a removed port";
            _logger.PortFaulted(exception, port.Connection, owner, suppressed);
        }
    }

    /// <summary>Adds a port's counters over all VPs.</summary>
    internal PortStatistics ReadStatistics(PortRegistration registration)
    {
        lock (_writer)
        {
            return registration.Final is PortStatistics final
                ? final
                : ReadCells(registration.Port.Slot).Since(registration.Baseline);
        }
    }

    internal void Return(DispatchContext context)
    {
        lock (_writer)
        {
            context.ThreadId = 0;
            _rentable.Push(context);
        }
    }

    // Under the writer lock.
    private PortStatistics ReadCells(int slot)
    {
        var sum = default(PortStatistics);
        foreach (var context in _contexts)
        {
            sum = sum.Add(in context.Cell(slot));
        }

        return sum;
    }

    // Under the writer lock.
    private int TakeSlot()
    {
        if (_freeSlots.TryPop(out var slot))
        {
            return slot;
        }

        if (_slotCount == _chunks * PortCell.ChunkSize)
        {
            _chunks++;
            foreach (var context in _contexts)
            {
                context.Grow(_chunks);
            }
        }

        return _slotCount++;
    }
}
