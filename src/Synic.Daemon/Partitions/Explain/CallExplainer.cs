using System.Globalization;
using Synic.Contracts;
using Synic.Faults;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Partitions.Explain;

/// <summary>A post or signal that a guest might make.</summary>
internal readonly record struct ExplainedCall
{
    public bool IsPost { get; init; }

    public ConnectionId Connection { get; init; }

    public Vtl Vtl { get; init; }

    /// <summary>Bytes of payload.</summary>
    public uint Size { get; init; }

    public uint Type { get; init; }

    public ushort Flag { get; init; }
}

/// <summary>
/// Says what HvPostMessage or HvSignalEvent would answer, without making the call. The checks and their order are those
/// of the hypercall itself; a test holds both against each other.
/// </summary>
internal sealed class CallExplainer(PartitionHost host, ExplainedCall call)
{
    private readonly CheckList _checks = new();
    private readonly List<ExplainHint> _hints = [];
    private HvStatus _status = HvStatus.Success;
    private string? _decidedBy;

    private SynicDialect Dialect => host.Settings.Dialect;

    private string Base => CheckList.PathsOf(host);

    public ExplainReport Explain()
    {
        _checks.AddBackend(host);
        var connection = call.IsPost ? CheckPost() : CheckSignal();
        var faulted = _checks.AddFaultRules(host, MayMean);
        CheckPort(connection);
        var certain = !faulted && (_decidedBy is not null || !_checks.AnyUnknown("port_accepts"));
        return new ExplainReport
        {
            Operation = call.IsPost ? "post" : "signal",
            Direction = "guest_to_host",
            Checks = _checks.Checks,
            FirstFailure = _checks.FirstFailure,
            Verdict = new ExplainVerdict(
                _status.Name, new HvStatusValue($"0x{_status.Value:x2}", _status.Name), certain, _decidedBy, host.DialectName, Text(certain)),
            Hints = _hints,
            AsOf = host.Now,
        };
    }

    private string Text(bool certain)
    {
        var name = call.IsPost ? "HvPostMessage" : "HvSignalEvent";
        var text = _decidedBy is not null ? $"{name} to {call.Connection} would be refused with {_status}: see {_decidedBy}."
            : _checks.AnyUnknown("fault_rules") ? $"{name} to {call.Connection} may be changed by a fault rule: see fault_rules."
            : certain ? $"{name} to {call.Connection} would be taken."
            : $"{name} to {call.Connection} would reach the port, which may still refuse it.";
        return _checks.FirstFailure == "backend_up" ? text + " But no guest runs that could make it." : text;
    }

    // By what is known of the call; the rest of a match counts as met.
    private bool MayMean(FaultMatch match) =>
        match.Has(call.IsPost ? FaultOperation.PostMessage : FaultOperation.SignalEvent)
        && match.HasConnection(call.Connection)
        && (match.Vtl ?? call.Vtl) == call.Vtl
        && (call.IsPost ? (match.MessageType ?? call.Type) == call.Type : (match.Flag ?? call.Flag) == call.Flag);

    private ConnectionId CheckPost()
    {
        var fits = call.Size <= HvMessage.MaxPayload;
        Decide(
            "payload_size", fits, $"{call.Size}", fits ? $"at most {HvMessage.MaxPayload} bytes" : $"a message has at most {HvMessage.MaxPayload} bytes",
            Dialect == SynicDialect.Qemu ? HvStatus.InvalidHypercallInput : HvStatus.InvalidParameter);
        var type = $"0x{call.Type:x}";
        if (Dialect == SynicDialect.Tlfs)
        {
            var usual = call.Type != HvMessage.TypeNone && (call.Type & HvMessage.TypeHypervisorMask) == 0;
            Decide("message_type", usual, type, usual ? "a type that guests may use" : "0 and types with bit 31 are not a guest's to use", HvStatus.InvalidParameter);
        }
        else
        {
            _checks.NotApplicable("message_type", $"the dialect {host.DialectName} takes any type", type);
        }

        return Dialect == SynicDialect.Qemu ? new ConnectionId(call.Connection.Value & ConnectionId.MaxValue) : call.Connection;
    }

    private ConnectionId CheckSignal()
    {
        var flag = call.Flag.ToString(CultureInfo.InvariantCulture);
        switch (Dialect)
        {
            case SynicDialect.Tlfs:
                var known = call.Flag < SignalEventInput.FlagCount;
                Decide("flag", known, flag, $"flags are 0 to {SignalEventInput.FlagCount - 1}", HvStatus.InvalidParameter);
                break;
            case SynicDialect.Qemu:
                Decide("flag", call.Flag == 0, flag, "the dialect qemu has flag 0 only", HvStatus.InvalidPortId);
                break;
            default:
                _checks.NotApplicable("flag", $"the dialect {host.DialectName} hands any flag to the port", flag);
                break;
        }

        if (Dialect == SynicDialect.Qemu)
        {
            Decide("connection_bits", call.Connection.IsValid, $"{call.Connection}", "the dialect qemu wants bits 31:24 clear", HvStatus.InvalidHypercallInput);
        }

        return call.Connection;
    }

    private void CheckPort(ConnectionId connection)
    {
        var map = host.Partition.Ports.Map;
        if (!map.TryGet(connection, out var port))
        {
            var gone = map.Departed.TryGetLast(connection, out var departed);
            Decide(
                "connection_exists", holds: false, $"{connection}", gone ? "the port that had it is gone" : "no port is registered under it",
                HvStatus.InvalidConnectionId, $"{Base}/ports", departed is null ? null : PartitionHost.Microseconds(departed.Until));
            if (departed is not null)
            {
                _hints.Add(new ExplainHint(
                    FormattableString.Invariant($"{connection} belonged to '{departed.Owner}' until {departed.Until:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}."), $"{Base}/departed-ports/{departed.Generation}"));
            }

            HintNeighbours(connection);
            foreach (var check in (ReadOnlySpan<string>)["kind", "minimum_vtl", "port_accepts"])
            {
                _checks.NotApplicable(check, "there is no port");
            }

            return;
        }

        var link = $"{Base}/ports/{connection}";
        Decide("connection_exists", holds: true, $"{connection}", $"registered by '{port.Owner}'", default, link, PartitionHost.Microseconds(port.Since));
        var wanted = call.IsPost ? PortKind.Message : PortKind.Event;
        var fits = port.Port.Kind == wanted;
        var wrongKind = Dialect == SynicDialect.Tlfs ? HvStatus.InvalidPortId : HvStatus.InvalidConnectionId;
        Decide("kind", fits, Names.Of(port.Port.Kind), fits ? "as the call needs" : $"the call needs {Named(wanted)}", wrongKind, link);
        if (!fits)
        {
            _hints.Add(new ExplainHint($"A {(call.IsPost ? "signal" : "post")} would find a port of the right kind.", $"{link}/explain?operation={(call.IsPost ? "signal" : "post")}"));
        }

        var allowed = call.Vtl >= port.MinimumVtl;
        Decide("minimum_vtl", allowed, $"{port.MinimumVtl}", $"the caller is in VTL {call.Vtl}", HvStatus.OperationDenied, link);
        CheckAccepts(port, link, fits);
    }

    private void CheckAccepts(PortRegistration port, string link, bool fits)
    {
        if (!fits)
        {
            _checks.NotApplicable("port_accepts", "the call is for the other kind");
        }
        else if (!call.IsPost)
        {
            Decide("port_accepts", holds: true, null, port.FastPathActive ? "the hypervisor signals its event by itself: no call is made" : "an event port takes every signal", default, link);
        }
        else if (port.Port is not IPortReadiness ready)
        {
            _checks.Unknown("port_accepts", null, "this port does not tell without being called; a full one answers insufficient_buffers", link);
        }
        else if (ready.ReadinessFor(call.Type) is { Accepts: { } accepts, Reason: var reason })
        {
            Decide("port_accepts", accepts, null, reason, HvStatus.InsufficientBuffers, link);
        }
        else
        {
            _checks.Unknown("port_accepts", null, ready.ReadinessFor(call.Type).Reason, link);
        }
    }

    private void HintNeighbours(ConnectionId connection)
    {
        // "2001" for 0x2001 is the usual slip.
        if (uint.TryParse(connection.Value.ToString(CultureInfo.InvariantCulture), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)
            && host.Partition.Ports.Map.TryGet(new ConnectionId(hex), out var meant))
        {
            _hints.Add(new ExplainHint($"{connection.Value} is decimal; 0x{hex:x} is a port of '{meant.Owner}'.", $"{Base}/ports/0x{hex:x}"));
        }

        var nearest = host.Partition.Ports.Map.Snapshot()
            .OrderBy(p => Math.Abs((long)p.Connection.Value - connection.Value)).Take(3).OrderBy(static p => p.Connection.Value);
        foreach (var port in nearest)
        {
            _hints.Add(new ExplainHint($"One of the nearest ids: {port.Connection} is {Named(port.Port.Kind)} of '{port.Owner}'.", $"{Base}/ports/{port.Connection}"));
        }
    }

    private static string Named(PortKind kind) => kind == PortKind.Event ? "an event port" : "a message port";

    private void Decide(
        string check, bool holds, string? value, string reason, HvStatus refusal, string? link = null, DateTimeOffset? since = null)
    {
        if (!_checks.Add(check, holds, value, reason, link, since) && _decidedBy is null)
        {
            (_status, _decidedBy) = (refusal, check);
        }
    }
}
