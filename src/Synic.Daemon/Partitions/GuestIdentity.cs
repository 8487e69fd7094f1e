using System.Globalization;

namespace Synic.Daemon.Partitions;

/// <summary>What a guest says it is in HV_X64_MSR_GUEST_OS_ID (TLFS 2.6), for people. Only the guest's word.</summary>
internal static class GuestIdentity
{
    public static string Describe(ulong id)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"0x{id:x}");
        var name = id >> 63 != 0 ? OpenSource(id) : Proprietary(id);
        return name is null ? text : $"{name} ({text})";
    }

    // Bits 62:56 the system, 55:48 its own id, 47:16 its version, 15:0 a build number.
    private static string? OpenSource(ulong id)
    {
        var version = (uint)(id >> 16);
        return ((id >> 56) & 0x7F) switch
        {
            1 => string.Create(CultureInfo.InvariantCulture, $"Linux {version >> 16}.{(version >> 8) & 0xFF}.{version & 0xFF}"),
            2 => string.Create(CultureInfo.InvariantCulture, $"FreeBSD {version}"),
            3 => "Xen",
            4 => "illumos",
            _ => null,
        };
    }

    // Bits 62:48 the vendor (1: Microsoft), 47:40 the system (4: Windows NT), 39:32 and 31:24 its version, 15:0 the build.
    private static string? Proprietary(ulong id) => ((id >> 48) & 0x7FFF, (id >> 40) & 0xFF) is (1, 4)
        ? string.Create(CultureInfo.InvariantCulture, $"Windows NT {(id >> 32) & 0xFF}.{(id >> 24) & 0xFF} build {id & 0xFFFF}")
        : null;
}
