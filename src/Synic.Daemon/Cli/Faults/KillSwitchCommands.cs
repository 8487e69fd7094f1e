using System.CommandLine;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli.Faults;

/// <summary>The switch that stops all rules of the daemon.</summary>
internal static class KillSwitchCommands
{
    private static ApiPath Path => ApiPath.Of("fault-kill-switch");

    public static Command Kill(ClientCommand client)
    {
        var reason = new Option<string>("--reason") { Description = "why", HelpName = "TEXT", DefaultValueFactory = static _ => "synicd faults kill" };
        var command = client.OfDaemon("kill", "stop every rule of every partition, and refuse new ones; needs no token", (session, parsed, cancellation) =>
            SendAsync(session, HttpMethod.Put, new KillSwitchRequest(parsed.GetRequiredValue(reason)), cancellation));
        command.Add(reason);
        return command;
    }

    public static Command Release(ClientCommand client) =>
        client.OfDaemon("release", "let rules be armed again; arms none (needs the token)", static (session, _, cancellation) =>
            SendAsync(session, HttpMethod.Delete, null, cancellation));

    private static async Task<int> SendAsync(ClientSession session, HttpMethod method, KillSwitchRequest? request, CancellationToken cancellation)
    {
        var answer = await session.Http.SendAsync<KillSwitchSummary>(method, Path, request, cancellation).ConfigureAwait(false);
        session.Output.One(answer, FaultTables.KillSwitch);
        return ExitCode.Ok;
    }
}
