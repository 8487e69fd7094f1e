using System.Globalization;

namespace Synic.VmBus;

/// <summary>A version of the VMBus protocol: major in the upper, minor in the lower half.</summary>
public readonly record struct VmBusVersion(uint Value)
{
    /// <summary>Windows 7: channels signal by connections of their own.</summary>
    public static readonly VmBusVersion V11 = Of(1, 1);

    /// <summary>Windows 8: event flags in both directions; a contact can fail with a state.</summary>
    public static readonly VmBusVersion V24 = Of(2, 4);

    /// <summary>Windows 8.1: the guest chooses the VP that gets the messages.</summary>
    public static readonly VmBusVersion V30 = Of(3, 0);

    /// <summary>Windows 10: sockets and reserved channels.</summary>
    public static readonly VmBusVersion V40 = Of(4, 0);

    /// <summary>MODIFYCHANNEL.</summary>
    public static readonly VmBusVersion V41 = Of(4, 1);

    /// <summary>Connection 4, SINT and VTL in the contact.</summary>
    public static readonly VmBusVersion V50 = Of(5, 0);

    /// <summary>The VTL of the contact counts.</summary>
    public static readonly VmBusVersion V51 = Of(5, 1);

    public static readonly VmBusVersion V52 = Of(5, 2);

    /// <summary>MODIFYCHANNEL is answered.</summary>
    public static readonly VmBusVersion V53 = Of(5, 3);

    /// <summary>Feature flags.</summary>
    public static readonly VmBusVersion V60 = Of(6, 0);

    /// <summary>Every version that this host speaks, oldest first.</summary>
    public static IReadOnlyList<VmBusVersion> All { get; } = [V11, V24, V30, V40, V41, V50, V51, V52, V53, V60];

    public int Major => (int)(Value >> 16);

    public int Minor => (int)(Value & 0xFFFF);

    public static VmBusVersion Of(int major, int minor) => new(((uint)major << 16) | (uint)minor);

    /// <summary>Reads <c>5.3</c>; only versions of <see cref="All"/>.</summary>
    public static bool TryParse(string? text, out VmBusVersion version)
    {
        foreach (var known in All)
        {
            if (known.ToString() == text)
            {
                version = known;
                return true;
            }
        }

        version = default;
        return false;
    }

    public static bool operator <(VmBusVersion left, VmBusVersion right) => left.Value < right.Value;

    public static bool operator >(VmBusVersion left, VmBusVersion right) => left.Value > right.Value;

    public static bool operator <=(VmBusVersion left, VmBusVersion right) => left.Value <= right.Value;

    public static bool operator >=(VmBusVersion left, VmBusVersion right) => left.Value >= right.Value;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}

/// <summary>What a guest of version 6.0 asks for in its contact.</summary>
[Flags]
public enum VmBusFeatures : uint
{
    None = 0,

    /// <summary>The guest names connection and flag of a channel. Not offered: it would choose our port numbers.</summary>
    GuestSpecifiedSignalParameters = 0x01,
    ChannelInterruptRedirection = 0x02,
    ModifyConnection = 0x04,
    ClientId = 0x08,
    ConfidentialChannels = 0x10,
    PauseResume = 0x20,
    ServerSpecifiedMonitorPages = 0x40,
    GpaPinning = 0x80,
}
