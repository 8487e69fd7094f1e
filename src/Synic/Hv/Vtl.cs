namespace Synic.Hv;

/// <summary>A virtual trust level; a higher one is more trusted (TLFS hv_vtl).</summary>
public readonly record struct Vtl(byte Value) : IComparable<Vtl>
{
    /// <summary>The levels that a partition can have here: 0, 1 and 2.</summary>
    public const int Count = 3;

    public static readonly Vtl Vtl0 = new(0);

    public static readonly Vtl Vtl1 = new(1);

    public static readonly Vtl Vtl2 = new(2);

    public bool IsValid => Value < Count;

    public int CompareTo(Vtl other) => Value.CompareTo(other.Value);

    public static bool operator <(Vtl left, Vtl right) => left.Value < right.Value;

    public static bool operator >(Vtl left, Vtl right) => left.Value > right.Value;

    public static bool operator <=(Vtl left, Vtl right) => left.Value <= right.Value;

    public static bool operator >=(Vtl left, Vtl right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
