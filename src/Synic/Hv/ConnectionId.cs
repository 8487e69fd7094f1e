namespace Synic.Hv;

/// <summary>The guest's name for a port: what HvPostMessage and HvSignalEvent carry (TLFS hv_connection_id).</summary>
public readonly record struct ConnectionId(uint Value) : IComparable<ConnectionId>
{
    /// <summary>Bits 23:0 carry the id, bits 31:24 are reserved and zero.</summary>
    public const uint MaxValue = 0x00FF_FFFF;

    public bool IsValid => Value <= MaxValue;

    public int CompareTo(ConnectionId other) => Value.CompareTo(other.Value);

    public static bool operator <(ConnectionId left, ConnectionId right) => left.Value < right.Value;

    public static bool operator >(ConnectionId left, ConnectionId right) => left.Value > right.Value;

    public static bool operator <=(ConnectionId left, ConnectionId right) => left.Value <= right.Value;

    public static bool operator >=(ConnectionId left, ConnectionId right) => left.Value >= right.Value;

    public override string ToString() => $"0x{Value:x}";
}
