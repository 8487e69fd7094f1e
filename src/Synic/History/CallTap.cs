using Synic.Hv;

namespace Synic.History;

/// <summary>
/// Where the parts of one partition write down what passes through them. Each VP and each SynIC has a ring of its own;
/// what has no thread of its own, such as a registration, shares one behind a lock.
/// </summary>
public sealed class CallTap
{
    private const int VpRecords = 4096;
    private const int VpBytes = 1 << 18;
    private const int OtherRecords = 512;
    private const int OtherBytes = 1 << 15;

    private readonly Action? _wake;
    private readonly Lock _gate = new(); // guards writes to _shared, and _rings as a list
    private readonly CallRing _shared;
    private CallRing[] _rings;
    private int _awake;

    /// <param name="time">Timestamps are its.</param>
    /// <param name="wake">A ring is half full: collect soon. Called on a VP's thread, seldom; must not block.</param>
    public CallTap(TimeProvider time, Action? wake = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        Time = time;
        _wake = wake;
        _shared = new CallRing(this, CallRecord.NoVp, VpRecords, OtherBytes);
        _rings = [_shared];
    }

    public TimeProvider Time { get; }

    /// <summary>All rings, but for those that were given up and are collected.</summary>
    internal CallRing[] Rings => Volatile.Read(ref _rings);

    internal PortDirectory Ports { get; } = new();

    /// <summary>A port was published.</summary>
    public void PortAdded(
        ConnectionId connection, long generation, string owner, bool isMessage, Vtl minimumVtl, MonitorId? monitor = null)
    {
        var now = Time.GetTimestamp();
        Ports.Add(connection.Value, new PortFacts(generation, owner, isMessage, minimumVtl.Value, monitor, now));
        WritePort(CallKind.PortAdded, connection, generation, now);
    }

    /// <summary>A port is gone, and its last callback has ended.</summary>
    public void PortRemoved(ConnectionId connection, long generation)
    {
        var now = Time.GetTimestamp();
        WritePort(CallKind.PortRemoved, connection, generation, now);
        Ports.Remove(connection.Value, generation, now);
    }

    /// <summary>A registration was refused.</summary>
    /// <param name="connection">What was asked for.</param>
    /// <param name="error">Its number among the reasons, for <see cref="CallRecord.Status"/>.</param>
    public void PortRefused(ConnectionId connection, ushort error) =>
        WriteShared(new CallRecord
        {
            Kind = CallKind.PortRefused,
            Timestamp = Time.GetTimestamp(),
            Vp = CallRecord.NoVp,
            Connection = connection.Value,
            Status = error,
            Fields = CallFields.Connection,
        });

    /// <summary>The state of the backend changed.</summary>
    /// <param name="state">Its number, for <see cref="CallRecord.Status"/>.</param>
    public void BackendState(ushort state) =>
        WriteShared(new CallRecord
        {
            Kind = CallKind.BackendState,
            Timestamp = Time.GetTimestamp(),
            Vp = CallRecord.NoVp,
            Status = state,
        });

    /// <summary>A fault rule acted on a call, or would have. Written by the thread of the call, beside the call's own record.</summary>
    /// <param name="hit">All but kind and time.</param>
    /// <param name="timestamp">Of the decision.</param>
    internal void FaultHit(CallRecord hit, long timestamp)
    {
        hit.Kind = CallKind.FaultHit;
        hit.Timestamp = timestamp;
        WriteShared(hit);
    }

    /// <summary>A fault rule came into another state.</summary>
    /// <param name="rule">Its number.</param>
    /// <param name="state">The number of the state, for <see cref="CallRecord.Status"/>.</param>
    /// <param name="reason">Null for what was asked for.</param>
    internal void FaultState(int rule, ushort state, string? reason) => WriteText(CallKind.FaultState, rule, state, reason);

    /// <summary>The kill switch was engaged or released.</summary>
    internal void KillSwitch(bool engaged, string? reason) => WriteText(CallKind.KillSwitch, 0, engaged ? (ushort)1 : (ushort)0, reason);

    // The text takes the payload's place.
    private void WriteText(CallKind kind, int rule, ushort status, string? text)
    {
        Span<byte> bytes = stackalloc byte[HvMessage.MaxPayload];
        System.Text.Unicode.Utf8.FromUtf16(text, bytes, out _, out var length);
        WriteShared(
            new CallRecord
            {
                Kind = kind,
                Timestamp = Time.GetTimestamp(),
                Vp = CallRecord.NoVp,
                Status = status,
                InjectedBy = rule,
                Size = (ushort)length,
                Fields = length > 0 ? CallFields.Payload : 0,
            },
            bytes[..length]);
    }

    /// <summary>Writes a record of a thread that has no ring of its own. Waits for others that do the same, for no reader.</summary>
    internal void WriteShared(CallRecord record, ReadOnlySpan<byte> payload = default)
    {
        lock (_gate)
        {
            _shared.Write(ref record, payload);
        }
    }

    /// <summary>The ring of a VP, or a small one for a thread that acts as one.</summary>
    internal CallRing CreateRing(VpIndex vp) =>
        vp.Value >= CallRecord.NoVp ? Add(vp, OtherRecords, OtherBytes) : Add(vp, VpRecords, VpBytes);

    /// <summary>The ring of one SynIC, written under its lock.</summary>
    internal CallRing CreateDeliveryRing(VpIndex vp) => Add(vp, OtherRecords, OtherBytes);

    /// <summary>
    /// The machine that wrote until now is gone, and another may write from now on: once they are collected, its rings are
    /// given up, or each reboot of a guest would leave some behind.
    /// </summary>
    public void Retire()
    {
        lock (_gate)
        {
            foreach (var ring in _rings)
            {
                ring.IsRetired = ring != _shared;
            }
        }

        Ports.RemoveAll(Time.GetTimestamp());
    }

    /// <summary>Gives up what was retired and is collected. For the collector.</summary>
    internal void Prune()
    {
        if (Array.Exists(Rings, static r => r.IsDone))
        {
            lock (_gate)
            {
                Volatile.Write(ref _rings, Array.FindAll(_rings, static r => !r.IsDone));
            }
        }
    }

    /// <summary>Asks once for a collection, until <see cref="Sleep"/>.</summary>
    internal void Wake()
    {
        if (Volatile.Read(ref _awake) == 0 && Interlocked.Exchange(ref _awake, 1) == 0)
        {
            _wake?.Invoke();
        }
    }

    /// <summary>A collection begins: from now on the next half-full ring asks anew.</summary>
    internal void Sleep() => Volatile.Write(ref _awake, 0);

    private CallRing Add(VpIndex vp, int records, int bytes)
    {
        var ring = new CallRing(this, CallRecord.VpByte(vp), records, bytes);
        lock (_gate)
        {
            Volatile.Write(ref _rings, [.. _rings, ring]);
        }

        return ring;
    }

    private void WritePort(CallKind kind, ConnectionId connection, long generation, long timestamp) =>
        WriteShared(new CallRecord
        {
            Kind = kind,
            Timestamp = timestamp,
            Vp = CallRecord.NoVp,
            Connection = connection.Value,
            Value = (ulong)generation,
            Fields = CallFields.Connection,
        });
}
