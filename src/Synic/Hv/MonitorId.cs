namespace Synic.Hv;

/// <summary>One bit of the monitor page: a trigger group (of four) and a bit (of thirty-two).</summary>
public readonly record struct MonitorId(byte Value)
{
    public const int Count = 4 * 32;

    /// <summary>255 in an offer means that the channel has no monitor.</summary>
    public static readonly MonitorId None = new(255);

    public bool IsValid => Value < Count;

    public int Group => Value / 32;

    public int Bit => Value % 32;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
