using Microsoft.Extensions.DependencyInjection;
using Synic.Daemon.Tests;

namespace Synic.Browser.Tests;

/// <summary>The daemons that the tests look at.</summary>
internal static class Daemons
{
    /// <summary>The demo guest, on KVM where that can be used, else simulated.</summary>
    private static readonly (string Key, string Value)[] s_demo =
    [
        ("Synic:Partitions:0:Backend", "auto"),
        ("Synic:Partitions:0:Serial", "none"),
        ("Synic:Partitions:0:Guest:Kind", "demo"),
        ("Synic:Partitions:0:Guest:RoundsPerSecond", "20"),
    ];

    /// <param name="other">Settings besides, or instead.</param>
    public static Task<TestDaemon> StartDemoAsync(params (string Key, string Value)[] other) => StartDemoAsync(TimeProvider.System, other);

    /// <summary>With a clock of its own, which pages and sampling follow.</summary>
    public static Task<TestDaemon> StartDemoAsync(TimeProvider time, params (string Key, string Value)[] other) =>
        TestDaemon.StartWithAsync(
            services => services.AddSingleton(time), [.. s_demo.ExceptBy(other.Select(static s => s.Key), static s => s.Key), .. other]);
}
