namespace Synic.Hv;

/// <summary>A virtual processor of a partition, counted from 0.</summary>
public readonly record struct VpIndex(uint Value)
{
    /// <summary>In a hypercall: the caller itself (HV_VP_INDEX_SELF).</summary>
    public static readonly VpIndex Self = new(0xFFFF_FFFE);

    /// <summary>In a hypercall: whichever VP the hypervisor picks (HV_ANY_VP).</summary>
    public static readonly VpIndex Any = new(0xFFFF_FFFF);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
