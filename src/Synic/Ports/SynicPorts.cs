using System.Collections.Concurrent;
using Synic.Hv;
using Synic.Monitors;

namespace Synic.Ports;

/// <summary>
/// Registers ports in a map and, where the backend can, in the hypervisor and on the monitor page: all of it or none.
/// </summary>
public sealed class SynicPorts(SynicPortMap map, ISynic synic) : ISynicPortAccess, ISynicMonitorAccess
{
    private readonly ConcurrentDictionary<long, IGuestPort> _guestPorts = new();
    private long _guestPortId;

    public SynicPortMap Map => map;

    /// <summary>The partition's; by default one where no rule can act.</summary>
    public FaultPoint Faults { get; init; } = new();

    public bool PrefersHostEvents => synic.PrefersHostEvents;

    public ISynicMonitorAccess? MonitorSupport => synic.MonitorSupport is null ? null : this;

    /// <summary>The guest ports now, by id.</summary>
    public IReadOnlyList<GuestPortInfo> GuestPorts() =>
        [.. _guestPorts.Values.Select(static p => p.Info).OrderBy(static i => i.Id)];

    public PortHandle AddMessagePort(ConnectionId connection, Vtl minimumVtl, MessagePort port, string owner)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentException.ThrowIfNullOrEmpty(owner);
        MeetFaults(connection, minimumVtl, port, owner, monitor: null);
        map.Reserve(connection, minimumVtl);
        try
        {
            return new PortHandle(map, map.Publish(connection, minimumVtl, port, owner, monitor: null, fastPath: null), monitor: null);
        }
        catch
        {
            map.CancelReservation(connection);
            throw;
        }
    }

    public PortHandle AddEventPort(
        ConnectionId connection, Vtl minimumVtl, EventPort port, string owner, MonitorInfo? monitor = null)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentException.ThrowIfNullOrEmpty(owner);
        MeetFaults(connection, minimumVtl, port, owner, monitor);
        map.Reserve(connection, minimumVtl);
        FastPath? fastPath = null;
        IDisposable? bound = null;
        try
        {
            fastPath = OpenFastPath(connection, minimumVtl, port);
            bound = BindMonitor(connection, monitor);
            var handle = new PortHandle(map, map.Publish(connection, minimumVtl, port, owner, monitor, fastPath), bound);
            Faults.Plan?.Registered(handle.Registration);
            return handle;
        }
        catch
        {
            Undo(connection, fastPath, bound);
            throw;
        }
    }

    // Before anything is taken, so that a refusal leaves no trace.
    private void MeetFaults(ConnectionId connection, Vtl minimumVtl, Port port, string owner, MonitorInfo? monitor)
    {
        if (Faults.Plan is not { } plan || !plan.Concerns(FaultOperation.PortRegister, connection))
        {
            return;
        }

        var effect = plan.Decide(new FaultCall
        {
            Operation = FaultOperation.PortRegister,
            Connection = connection,
            Vtl = minimumVtl,
            Vp = VpIndex.Any,
            Kind = port.Kind,
            Owner = owner,
            Monitor = monitor?.Id ?? MonitorId.None,
        });
        if (effect.Kind == FaultEffectKind.Delay)
        {
            effect.Rule!.Wait(in effect);
        }
        else if (effect.Kind == FaultEffectKind.Status)
        {
            throw map.Refused(new PortRegistrationException(
                PortRegistrationError.BackendRefused, connection, $"fault rule '{effect.Rule!.Id}' refused {connection} with {effect.Status}"));
        }
    }

    // In the order of PortHandle; whatever of it fails, the connection id is free afterwards.
    private void Undo(ConnectionId connection, FastPath? fastPath, IDisposable? bound)
    {
        try
        {
            fastPath?.Dispose();
        }
        finally
        {
            try
            {
                bound?.Dispose();
            }
            finally
            {
                map.CancelReservation(connection);
            }
        }
    }

    public IGuestMessagePort CreateGuestMessagePort(Vtl vtl, VpIndex vp, SintIndex sint)
    {
        var id = Interlocked.Increment(ref _guestPortId);
        var port = new GuestMessagePort(synic, id, vtl, vp, sint, () => _guestPorts.TryRemove(id, out _));
        _guestPorts[id] = port;
        return port;
    }

    public IGuestEventPort CreateGuestEventPort(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag)
    {
        var id = Interlocked.Increment(ref _guestPortId);
        var port = new GuestEventPort(synic, id, vtl, vp, sint, flag, () => _guestPorts.TryRemove(id, out _));
        _guestPorts[id] = port;
        return port;
    }

    void ISynicMonitorAccess.SetMonitorPages(Vtl vtl, MonitorPageGpas? pages) => Monitor.SetMonitorPages(vtl, pages);

    MonitorPageGpas? ISynicMonitorAccess.AllocateMonitorPages(Vtl vtl) => Monitor.AllocateMonitorPages(vtl);

    private ISynicMonitor Monitor =>
        synic.MonitorSupport ?? throw new NotSupportedException("this backend has no monitor pages");

    // A host event has no VTL: the hypervisor's shortcut would let every caller through. Ports of VTL 0 only.
    private FastPath? OpenFastPath(ConnectionId connection, Vtl minimumVtl, EventPort port)
    {
        if (port.HostEvent is not { } hostEvent || port.FlagsMatter || minimumVtl != Vtl.Vtl0)
        {
            return null;
        }

        var fastPath = new FastPath(() => synic.CreateHostEventPort(connection, minimumVtl, hostEvent));
        try
        {
            return fastPath.TryOpen() ? fastPath : null;
        }
        catch (HypervisorException e)
        {
            throw map.Refused(new PortRegistrationException(
                PortRegistrationError.BackendRefused, connection, $"the hypervisor refused the fast path of {connection}: {e.Message}", e));
        }
    }

    private IDisposable? BindMonitor(ConnectionId connection, MonitorInfo? monitor)
    {
        // Without monitor pages the port still works: the guest signals it by hypercall, as it would with id 255.
        if (monitor is not { } info || synic.MonitorSupport is not { } support)
        {
            return null;
        }

        try
        {
            return support.RegisterMonitor(info.Id, connection, info.Latency);
        }
        catch (MonitorIdException e)
        {
            throw map.Refused(new PortRegistrationException(PortRegistrationError.MonitorInUse, connection, e.Message, e));
        }
    }
}
