namespace Synic.Hv;

/// <summary>One of the sixteen synthetic interrupt sources of a VP.</summary>
public readonly record struct SintIndex(byte Value)
{
    public const int Count = 16;

    /// <summary>The hypervisor's own source, for intercepts (HV_SYNIC_INTERCEPTION_SINT_INDEX).</summary>
    public static readonly SintIndex Intercept = new(0);

    /// <summary>The source that VMBus uses (VMBUS_MESSAGE_SINT).</summary>
    public static readonly SintIndex VmBus = new(2);

    public bool IsValid => Value < Count;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
