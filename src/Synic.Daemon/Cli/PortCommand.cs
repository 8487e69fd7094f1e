using System.CommandLine;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd port</c>: all there is to know about one port.</summary>
internal static class PortCommand
{
    public static Command Create(ClientCommand client)
    {
        var connection = ConnectionArgument.Create(client);
        var command = client.OfPartition("port", "one port: what it is and what it counted", async (session, parsed, cancellation) =>
        {
            var path = ApiPath.Partition(
                await session.PartitionAsync(cancellation).ConfigureAwait(false), "ports", parsed.GetRequiredValue(connection));
            session.Output.One(await session.Http.GetAsync<PortSummary>(path, cancellation).ConfigureAwait(false), p => Table(p));
            return ExitCode.Ok;
        });
        command.Add(connection);
        return command;
    }

    private static TextTable Table(PortSummary port)
    {
        var table = new TextTable("FIELD", "VALUE")
            .Row("connection", new Cell($"{port.ConnectionText} ({Figures.Count(port.Connection)})", Tone.Strong))
            .Row("kind", port.Kind)
            .Row("minimum vtl", Figures.Count(port.MinimumVtl))
            .Row("owner", port.Owner)
            .Row("since", $"{Figures.Time(port.Since)}, generation {Figures.Count(port.Generation)}")
            .Row("fast path", port.FastPath)
            .Row("monitor id", Figures.Count(port.MonitorId))
            .Row("calls", $"{Figures.Count(port.Calls)}, {Figures.Rate(port.CallsPerSecond)} a second")
            .Row("bytes", Figures.Count(port.Bytes))
            .Row("failures", new Cell($"{Figures.Count(port.Failures)}, {Figures.Rate(port.FailuresPerSecond)} a second", port.Failures > 0 ? Tone.Bad : Tone.Plain));
        foreach (var (status, number) in port.FailuresByStatus.Where(static f => f.Value > 0).OrderByDescending(static f => f.Value))
        {
            table.Row($"  {status}", new Cell(Figures.Count(number), Tone.Bad));
        }

        table.Row("last activity", port.LastActivity is { } last ? Figures.Time(last) : "never");
        foreach (var (field, reason) in port.NotKnown ?? new Dictionary<string, string>())
        {
            table.Row($"not known: {field}", reason);
        }

        return table;
    }
}
