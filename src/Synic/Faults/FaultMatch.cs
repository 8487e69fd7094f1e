using System.Buffers.Binary;
using System.IO.Enumeration;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Faults;

/// <summary>Connection ids from one to another, both included.</summary>
public readonly record struct ConnectionRange(uint First, uint Last)
{
    public bool Contains(ConnectionId connection) => connection.Value - First <= Last - First;

    public bool Overlaps(ConnectionRange other) => First <= other.Last && other.First <= Last;

    public override string ToString() => First == Last ? $"0x{First:x}" : $"0x{First:x}..0x{Last:x}";
}

/// <summary>Bytes of a payload, as far as the mask looks at them.</summary>
/// <param name="Offset">Into the payload.</param>
/// <param name="Bytes">What has to be there.</param>
/// <param name="Mask">As many; a bit that is 0 is not looked at.</param>
public sealed record PayloadPattern(int Offset, IReadOnlyList<byte> Bytes, IReadOnlyList<byte> Mask)
{
    public bool Matches(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < Offset + Bytes.Count)
        {
            return false;
        }

        for (var i = 0; i < Bytes.Count; i++)
        {
            if (((payload[Offset + i] ^ Bytes[i]) & Mask[i]) != 0)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>What is behind a connection id, for rules that ask.</summary>
public interface IFaultPorts
{
    bool TryDescribe(ConnectionId connection, out PortKind kind, out string owner);
}

/// <summary>Which calls a rule means: every member that is given has to hold.</summary>
public sealed record FaultMatch
{
    /// <summary>One bit for each <see cref="FaultOperation"/>.</summary>
    public required uint Operations { get; init; }

    /// <summary>Empty: any.</summary>
    public IReadOnlyList<ConnectionRange> Connections { get; init; } = [];

    public PortKind? Kind { get; init; }

    /// <summary>With <c>*</c> and <c>?</c>.</summary>
    public string? Owner { get; init; }

    public Vtl? Vtl { get; init; }

    public VpIndex? Vp { get; init; }

    public SintIndex? Sint { get; init; }

    public ushort? Flag { get; init; }

    public MonitorId? Monitor { get; init; }

    public uint? MessageType { get; init; }

    public PayloadPattern? Payload { get; init; }

    public int MinSize { get; init; }

    public int MaxSize { get; init; } = HvMessage.MaxPayload;

    /// <summary>The first word of the payload.</summary>
    public uint? VmBusMessageType { get; init; }

    public bool Has(FaultOperation operation) => (Operations & (1U << (int)operation)) != 0;

    /// <summary>Whether the rule means a connection, as far as its id tells.</summary>
    public bool HasConnection(ConnectionId connection)
    {
        var ranges = Connections;
        for (var i = 0; i < ranges.Count; i++)
        {
            if (ranges[i].Contains(connection))
            {
                return true;
            }
        }

        return ranges.Count == 0;
    }

    /// <summary>Whether the rule means a port that is there.</summary>
    public bool HasPort(ConnectionId connection, PortKind kind, string owner) =>
        HasConnection(connection) && (Kind ?? kind) == kind && HasOwner(owner);

    /// <summary>Asked on the thread of the call; the cheapest question comes first, the port map last.</summary>
    public bool Matches(in FaultCall call, IFaultPorts ports) =>
        Has(call.Operation)
        && HasConnection(call.Connection)
        && (Vtl is not { } vtl || vtl == call.Vtl)
        && (Vp is not { } vp || vp == call.Vp)
        && (Sint is not { } sint || sint == call.Sint)
        && (Flag is not { } flag || flag == call.Flag)
        && (Monitor is not { } monitor || monitor == call.Monitor)
        && (MessageType is not { } type || type == call.MessageType)
        && MatchesBytes(call.Payload)
        && ((Kind is null && Owner is null) || MatchesPort(in call, ports));

    private bool MatchesBytes(ReadOnlySpan<byte> payload) =>
        payload.Length >= MinSize
        && payload.Length <= MaxSize
        && (Payload is not { } pattern || pattern.Matches(payload))
        && (VmBusMessageType is not { } type
            || (payload.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32LittleEndian(payload) == type));

    private bool MatchesPort(in FaultCall call, IFaultPorts ports)
    {
        if (call.Operation == FaultOperation.PortRegister)
        {
            return (Kind ?? call.Kind) == call.Kind && HasOwner(call.Owner ?? "");
        }

        return ports.TryDescribe(call.Connection, out var kind, out var owner) && (Kind ?? kind) == kind && HasOwner(owner);
    }

    private bool HasOwner(string owner) =>
        Owner is null || FileSystemName.MatchesSimpleExpression(Owner, owner, ignoreCase: false);
}
