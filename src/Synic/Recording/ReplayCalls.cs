using System.Buffers.Binary;
using System.Globalization;
using Synic.Backends;
using Synic.Contracts;
using Synic.Diagnostics;
using Synic.History;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Recording;

/// <summary>Makes a recorded call again, as a guest would.</summary>
internal sealed class ReplayCalls(IPartition partition)
{
    private static readonly string s_reservedBits = CallLabels.Of(CallReason.ReservedBits)!;
    private static readonly string s_inputBlock = CallLabels.Of(CallReason.InputBlock)!;
    private static readonly string s_outsideArea = CallLabels.Of(CallReason.OutsideArea)!;

    private readonly byte[] _payload = new byte[ushort.MaxValue];
    private readonly byte[] _block = new byte[PostMessageInput.Size];

    /// <returns>Null when the record does not say enough of the call.</returns>
    /// <exception cref="RecordingFormatException">What it says is no call.</exception>
    public HvStatus? Make(CallKind kind, EventRecord record, int line)
    {
        if (record.Reason == s_inputBlock || record.Reason == s_outsideArea)
        {
            return null;
        }

        var vtl = record.Vtl is null or (>= 0 and < Vtl.Count)
            ? new Vtl((byte)(record.Vtl ?? 0))
            : throw new RecordingFormatException(line, string.Create(CultureInfo.InvariantCulture, $"there is no VTL {record.Vtl}"));
        using var lease = partition.Ports.Map.RentContext();
        return kind switch
        {
            CallKind.Post => Post(lease.Context, vtl, record, line),
            CallKind.Signal => Signal(lease.Context, vtl, record, line),
            _ => Trigger(lease.Context, vtl, record, line),
        };
    }

    /// <summary>Which check decided, in the words of the records.</summary>
    public string Explain(CallKind kind, EventRecord record, HvStatus status)
    {
        var port = record.Connection is not null && partition.Ports.Map.TryGet(ReplayTable.Id(record.Connection, 0), out var found) ? found : null;
        var reason = status.IsSuccess ? "the port took it"
            : status == HvStatus.InsufficientBuffers ? CallLabels.Of(CallReason.PortFull)
            : status == HvStatus.OperationFailed ? CallLabels.Of(CallReason.PortFaulted)
            : status == HvStatus.OperationDenied ? CallLabels.Of(CallReason.VtlTooLow)
            : status != HvStatus.InvalidConnectionId && status != HvStatus.InvalidPortId ? "the input"
            : port is null ? CallLabels.Of(CallReason.NoPort)
            : (port.Port.Kind == PortKind.Message) != (kind == CallKind.Post) ? CallLabels.Of(CallReason.WrongKind)
            : "the input";
        return reason!;
    }

    private HvStatus Post(DispatchContext context, Vtl vtl, EventRecord record, int line)
    {
        var connection = ReplayTable.Id(record.Connection, line);
        var size = record.Size ?? 0;
        if (size is < 0 or > ushort.MaxValue)
        {
            throw new RecordingFormatException(line, $"'size' is 0 to {ushort.MaxValue}");
        }

        Array.Clear(_payload, 0, size);
        if (record.Payload is { } text && (!Convert.TryFromBase64String(text, _payload, out var bytes) || bytes != size))
        {
            throw new RecordingFormatException(line, string.Create(CultureInfo.InvariantCulture, $"'payload' is not {size} bytes in Base64"));
        }

        var type = record.MessageType ?? 0;
        var payload = _payload.AsSpan(0, size);
        return record.Reason == s_reservedBits && size <= HvMessage.MaxPayload
            ? PostBlock(context, vtl, connection, type, payload)
            : partition.Hypercalls.PostMessage(context, vtl, connection, type, payload);
    }

    private HvStatus PostBlock(DispatchContext context, Vtl vtl, ConnectionId connection, uint type, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(PostMessageInput.ConnectionOffset), connection.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(PostMessageInput.ReservedOffset), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(PostMessageInput.TypeOffset), type);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(PostMessageInput.PayloadSizeOffset), (uint)payload.Length);
        payload.CopyTo(_block.AsSpan(PostMessageInput.PayloadOffset));
        return partition.Hypercalls.PostMessage(context, vtl, _block);
    }

    private HvStatus Signal(DispatchContext context, Vtl vtl, EventRecord record, int line)
    {
        var connection = ReplayTable.Id(record.Connection, line);
        if (record.Flag is < 0 or > ushort.MaxValue)
        {
            throw new RecordingFormatException(line, $"'flag' is 0 to {ushort.MaxValue}");
        }

        var input = connection.Value
            | ((ulong)(record.Flag ?? 0) << (8 * SignalEventInput.FlagOffset))
            | (record.Reason == s_reservedBits ? 1UL << (8 * SignalEventInput.ReservedOffset) : 0);
        return partition.Hypercalls.SignalEvent(context, vtl, input);
    }

    private HvStatus Trigger(DispatchContext context, Vtl vtl, EventRecord record, int line)
    {
        var id = record.MonitorId is >= 0 and < MonitorId.Count
            ? new MonitorId((byte)record.MonitorId)
            : throw new RecordingFormatException(line, $"'monitorId' is 0 to {MonitorId.Count - 1}");
        return partition.Monitors!.Page(vtl).Monitors.TryGet(id, out var connection)
            ? partition.Ports.Map.HandleSignalEvent(context, vtl, connection, flag: 0, SignalPath.Monitor)
            : HvStatus.InvalidConnectionId;
    }
}
