namespace Synic.Hv;

/// <summary>Whose answer a hypercall gives where the sources differ.</summary>
public enum SynicDialect
{
    /// <summary>As OpenVMM answers; the default.</summary>
    OpenVmm,

    /// <summary>As the TLFS describes: strict about reserved fields.</summary>
    Tlfs,

    /// <summary>As QEMU with KVM's in-kernel SynIC answers.</summary>
    Qemu,
}

/// <summary>How dialects are spelled in options, the API and metrics.</summary>
public static class SynicDialects
{
    public static string Name(this SynicDialect dialect) => dialect switch
    {
        SynicDialect.OpenVmm => "openvmm",
        SynicDialect.Tlfs => "tlfs",
        SynicDialect.Qemu => "qemu",
        _ => throw new ArgumentOutOfRangeException(nameof(dialect)),
    };

    public static bool TryParse(string? name, out SynicDialect dialect)
    {
        (var known, dialect) = name switch
        {
            "openvmm" => (true, SynicDialect.OpenVmm),
            "tlfs" => (true, SynicDialect.Tlfs),
            "qemu" => (true, SynicDialect.Qemu),
            _ => (false, default),
        };
        return known;
    }
}
