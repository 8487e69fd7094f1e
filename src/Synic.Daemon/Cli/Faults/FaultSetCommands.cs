using System.CommandLine;
using System.Text.Json;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli.Faults;

/// <summary>Sets of rules: from a file, into one, and those that the daemon brings along.</summary>
internal static class FaultSetCommands
{
    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Import(ClientCommand client)
    {
        var file = FaultFile.Argument("a set of rules as JSON; - for standard input");
        var arm = new Option<bool>("--arm") { Description = "arm all of its rules" };
        var replace = new Option<bool>("--replace") { Description = "put them in the place of rules with the same ids" };
        var dryRun = DryRun();
        var seed = Seed();
        var reason = FaultRuleCommands.Reason();
        var command = client.OfPartition("import", "add a set of rules, all of it or nothing (needs the token)", async (session, parsed, cancellation) =>
        {
            var set = await FaultFile.ReadAsync(session, parsed.GetRequiredValue(file), cancellation).ConfigureAwait(false);
            var path = (await FaultsCommand.PathAsync(session, cancellation, "import").ConfigureAwait(false))
                .With("arm", parsed.GetValue(arm) ? "true" : null).With("replace", parsed.GetValue(replace) ? "true" : null)
                .With("dryRun", parsed.GetValue(dryRun) ? "true" : null).With("seed", parsed.GetValue(seed)).With("reason", parsed.GetValue(reason));
            return Print(session, await session.Http.SendAsync<FaultImportResult>(HttpMethod.Post, path, set, cancellation).ConfigureAwait(false));
        });
        command.Add(file);
        foreach (var option in (Option[])[arm, replace, dryRun, seed, reason])
        {
            command.Add(option);
        }

        return command;
    }

    public static Command Export(ClientCommand client)
    {
        var ids = new Argument<string[]>("rule") { Description = "only these rules", Arity = ArgumentArity.ZeroOrMore };
        ids.CompletionSources.Add(context => Suggestions.Faults(client, context));
        var name = new Option<string?>("--name") { Description = "of the set (default: the partition's)", HelpName = "NAME" };
        var file = new Option<string?>("--file") { Description = "write to this file, which must not be there yet (default: standard output)", HelpName = "FILE" };
        var command = client.WithoutFormat("export", "the rules as a set, to be imported again", async (session, parsed, cancellation) =>
        {
            var path = (await FaultsCommand.PathAsync(session, cancellation, "export").ConfigureAwait(false)).With("name", parsed.GetValue(name))
                .With("ids", parsed.GetValue(ids) is { Length: > 0 } some ? string.Join(',', some) : null);
            var answer = await session.Http.GetAsync<FaultRuleSet>(path, cancellation).ConfigureAwait(false);
            var text = JsonSerializer.Serialize(JsonSerializer.SerializeToElement(answer.Value, FaultTables.Brief), s_indented);
            if (parsed.GetValue(file) is { } target)
            {
                await using var stream = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
                await using var writer = new StreamWriter(stream);
                await writer.WriteLineAsync(text).ConfigureAwait(false);
                return ExitCode.Ok;
            }

            await session.Console.Out.WriteLineAsync(text).ConfigureAwait(false);
            return ExitCode.Ok;
        });
        command.Add(ids);
        command.Add(name);
        command.Add(file);
        return command;
    }

    public static Command Scenarios(ClientCommand client)
    {
        var scenario = new Argument<string?>("scenario") { Description = "show one of them", Arity = ArgumentArity.ZeroOrOne };
        scenario.CompletionSources.Add(context => Suggestions.Scenarios(client, context));
        var start = new Option<bool>("--start") { Description = "arm its rules (needs the token); again, it begins anew" };
        var dryRun = DryRun();
        var seed = Seed();
        var reason = FaultRuleCommands.Reason();
        var command = client.OfPartition("scenarios", "sets of rules that the daemon brings along", async (session, parsed, cancellation) =>
        {
            if (parsed.GetValue(scenario) is not { } name)
            {
                return parsed.GetValue(start)
                    ? throw new UsageException("--start: name the scenario")
                    : await ListAsync(session, cancellation).ConfigureAwait(false);
            }

            if (!parsed.GetValue(start) && !parsed.GetValue(dryRun))
            {
                return await ShowAsync(session, name, cancellation).ConfigureAwait(false);
            }

            var path = ApiPath.Partition(await session.PartitionAsync(cancellation).ConfigureAwait(false), "scenarios", name, "start")
                .With("dryRun", parsed.GetValue(dryRun) ? "true" : null).With("seed", parsed.GetValue(seed)).With("reason", parsed.GetValue(reason));
            return Print(session, await session.Http.SendAsync<FaultImportResult>(HttpMethod.Post, path, null, cancellation).ConfigureAwait(false));
        });
        command.Add(scenario);
        foreach (var option in (Option[])[start, dryRun, seed, reason])
        {
            command.Add(option);
        }

        return command;
    }

    private static async Task<int> ListAsync(ClientSession session, CancellationToken cancellation)
    {
        var answer = await session.Http.GetAsync<ListPage<ScenarioSummary>>(ApiPath.Of("scenarios"), cancellation).ConfigureAwait(false);
        session.Output.List(answer, static page => FaultTables.Scenarios(page.Items));
        return ExitCode.Ok;
    }

    private static async Task<int> ShowAsync(ClientSession session, string name, CancellationToken cancellation)
    {
        var answer = await session.Http.GetAsync<FaultRuleSet>(ApiPath.Of("scenarios", name), cancellation).ConfigureAwait(false);
        session.Output.One(answer, static set =>
        {
            var table = new TextTable("FIELD", "VALUE").Row("scenario", new Cell(set.Name, Tone.Strong)).Row("shows", set.Description);
            foreach (var text in set.GuestReaction ?? [])
            {
                table.Row("guest", text);
            }

            foreach (var rule in set.Rules ?? [])
            {
                table.Row("rule", JsonSerializer.Serialize(rule, FaultTables.Brief));
            }

            return table;
        });
        session.Output.Note($"synicd faults scenarios {name} --start");
        return ExitCode.Ok;
    }

    private static int Print(ClientSession session, SynicAnswer<FaultImportResult> answer)
    {
        session.Output.Write(answer.Json, [.. answer.Json.GetProperty("rules").EnumerateArray()], () => FaultTables.Imported(answer.Value));
        if (answer.Value.DryRun)
        {
            session.Output.Note("checked only; nothing was changed");
        }

        return ExitCode.Ok;
    }

    private static Option<bool> DryRun() => new("--dry-run") { Description = "check everything, change nothing" };

    private static Option<string?> Seed() => new("--seed") { Description = "for all of its rules, instead of their own", HelpName = "N" };
}
