using System.Reflection;

namespace Synic.Daemon.Configuration;

/// <summary>Which program this is.</summary>
internal static class BuildInfo
{
    private static readonly string[] s_parts = typeof(BuildInfo).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+');

    public static string Version => s_parts[0];

    /// <summary>Of the source; empty when the build did not know.</summary>
    public static string Revision => s_parts.ElementAtOrDefault(1) ?? "";
}
