using System.CommandLine;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd explain</c>: why a call or a delivery would not arrive, check by check.</summary>
internal static class ExplainCommand
{
    public static Command Create(ClientCommand client)
    {
        var connection = ConnectionArgument.Create(client);
        connection.Arity = ArgumentArity.ZeroOrOne;
        connection.Description = "connection id that a guest would post to or signal, decimal or 0x…";
        var vp = new Option<uint?>("--vp") { Description = "the caller's, or with --sint the target's (default 0)", HelpName = "N" };
        var vtl = new Option<uint?>("--vtl") { Description = "likewise (default 0)", HelpName = "N" };
        var operation = new Option<string?>("--operation") { Description = "post or signal (default: what the port takes)", HelpName = "OPERATION" };
        var size = new Option<uint?>("--size") { Description = "bytes of the message", HelpName = "BYTES" };
        var type = new Option<uint?>("--type") { Description = "of the message", HelpName = "N" };
        var flag = new Option<uint?>("--flag") { Description = "of the event", HelpName = "N" };
        var sint = new Option<uint?>("--sint") { Description = "instead of a connection: a delivery to this SINT", HelpName = "N" };
        var guestPort = new Option<long?>("--guest-port") { Description = "instead of a connection: the next delivery of this guest port", HelpName = "ID" };
        var command = client.OfPartition("explain", "would it arrive now, and if not, which check refuses it", async (session, parsed, cancellation) =>
        {
            var partition = await session.PartitionAsync(cancellation).ConfigureAwait(false);
            var path = (parsed.GetValue(connection), parsed.GetValue(sint), parsed.GetValue(guestPort)) switch
            {
                ({ } id, null, null) => ApiPath.Partition(partition, "ports", id, "explain")
                    .With("operation", parsed.GetValue(operation)).With("vtl", parsed.GetValue(vtl)).With("vp", parsed.GetValue(vp))
                    .With("size", parsed.GetValue(size)).With("type", parsed.GetValue(type)).With("flag", parsed.GetValue(flag)),
                (null, { } source, null) => ApiPath.Partition(
                    partition, "vps", Figures.Count(parsed.GetValue(vp) ?? 0), "sints", Figures.Count(source), "explain")
                    .With("operation", parsed.GetValue(operation)).With("vtl", parsed.GetValue(vtl)).With("flag", parsed.GetValue(flag)),
                (null, null, { } port) => ApiPath.Partition(partition, "guest-ports", Figures.Count(port), "explain"),
                _ => throw new UsageException("name one of a connection id, --sint or --guest-port"),
            };
            var answer = await session.Http.GetAsync<ExplainReport>(path, cancellation).ConfigureAwait(false);
            var report = answer.Value;
            session.Output.Write(answer.Json, [.. answer.Json.GetProperty("checks").EnumerateArray()], () => Table(session, report));
            if (session.Output.ForPeople)
            {
                foreach (var hint in report.Hints)
                {
                    session.Console.Out.WriteLine(SafeText.Of($"hint: {hint.Text}{(hint.Link is null ? "" : $" ({hint.Link})")}"));
                }
            }

            return ExitCode.Ok;
        });
        command.Add(connection);
        foreach (var option in (Option[])[vp, vtl, operation, size, type, flag, sint, guestPort])
        {
            command.Add(option);
        }

        return command;
    }

    private static TextTable Table(ClientSession session, ExplainReport report)
    {
        var verdict = report.Verdict;
        var status = verdict.HvStatus is { } answer ? $" ({answer.Value})" : "";
        session.Console.Out.WriteLine(SafeText.Of(
            $"{report.Operation}: {verdict.Result}{status}{(verdict.Certain ? "" : ", as far as can be known")}. {verdict.Text}"));
        session.Console.Out.WriteLine();
        var table = new TextTable("CHECK", "STATE", "VALUE", ">SINCE", "REASON");
        foreach (var check in report.Checks)
        {
            var tone = check.State switch { "ok" => Tone.Good, "failed" => Tone.Bad, _ => Tone.Dim };
            var first = check.Check == report.FirstFailure ? Tone.Strong : Tone.Plain;
            table.Row(new Cell(check.Check, first), new Cell(check.State, tone), check.Value, Figures.Age(check.Since, report.AsOf), check.Reason);
        }

        return table;
    }
}
