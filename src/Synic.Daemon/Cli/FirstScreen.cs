using System.Globalization;
using Synic.Daemon.Access;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Cli;

/// <summary>What a newcomer sees first: where to look, what runs and why, how to stop.</summary>
internal static class FirstScreen
{
    public static void Write(TextWriter output, WebApplication app)
    {
        var url = ListenAddresses.Of(app.Services).FirstOrDefault(static u => u.StartsWith("http", StringComparison.Ordinal)) ?? "";
        var token = app.Services.GetRequiredService<StartToken>();
        var file = app.Services.GetRequiredService<TokenFile>();
        var lab = app.Services.GetRequiredService<Configuration.DaemonSettings>().Lab;

        output.WriteLine($"synicd {BuildInfo.Version}");
        Line(output, "dashboard", $"{url}{app.Services.GetRequiredService<LoginLinks>().Create()}   (works once, then this browser is known)");
        Line(output, "api", $"{url}/api/v1   described in {url}/openapi/v1.json");
        Line(output, "metrics", $"{url}/metrics");
        Line(output, "token", token.Source == TokenSource.Random ? token.Value : $"from {token.Origin}");
        if (file.Path is { } path)
        {
            Line(output, "", $"kept in {path}");
        }
        else if (file.Problem is { } problem)
        {
            Line(output, "", $"not kept in a file: {problem}");
        }

        Line(output, "lab", lab ? "on: guests may be acted on, with the token" : "off: everything can be watched, nothing changed; --lab switches it on");
        foreach (var host in app.Services.GetRequiredService<PartitionRegistry>().All)
        {
            var summary = host.Summarize();
            Line(output, "partition", string.Create(
                CultureInfo.InvariantCulture,
                $"{summary.Name}: guest {summary.Guest.Kind}, {summary.Vps} VPs, {summary.MemoryMiB} MiB"));
            if (host.Settings.Guest.Image is not null)
            {
                Line(output, "", summary.Guest.Description);
            }

            if (host.Settings.VmBus is { } vmbus)
            {
                Line(output, "", $"VMBus up to version {vmbus.MaxVersion}");
            }

            Line(output, "", $"backend {summary.Backend}: {host.BackendReason}");
            foreach (var other in host.Probes.Where(p => !p.Usable))
            {
                Line(output, "", $"not {Names.Of(other.Kind)}: {other.Reason}");
            }
        }

        Line(output, "stop", "Ctrl+C");
        output.WriteLine();
        output.Flush();
    }

    private static void Line(TextWriter output, string label, string text) => output.WriteLine($"  {label,-11}{text}");
}
