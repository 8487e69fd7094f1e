using System.CommandLine;
using System.Text.Json.Nodes;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli.Faults;

/// <summary>What is done to one rule.</summary>
internal static class FaultRuleCommands
{
    public static Command CreateRule(ClientCommand client)
    {
        var file = FaultFile.Argument("a rule as JSON; - for standard input");
        var id = new Option<string?>("--id") { Description = "instead of the rule's own", HelpName = "ID" };
        var arm = new Option<bool>("--arm") { Description = "arm it at once" };
        var reason = Reason();
        var command = client.OfPartition("create", "add a rule (needs the token)", async (session, parsed, cancellation) =>
        {
            var rule = await FaultFile.ReadAsync(session, parsed.GetRequiredValue(file), cancellation).ConfigureAwait(false);
            if (rule.ContainsKey("rules"))
            {
                throw new UsageException($"{parsed.GetRequiredValue(file)}: this is a set of rules; 'synicd faults import' takes it");
            }

            Set(rule, "id", parsed.GetValue(id));
            Set(rule, "reason", parsed.GetValue(reason));
            Set(rule, "arm", parsed.GetValue(arm) ? true : null);
            var path = await FaultsCommand.PathAsync(session, cancellation).ConfigureAwait(false);
            var answer = await session.Http.SendAsync<FaultSummary>(HttpMethod.Post, path, rule, cancellation).ConfigureAwait(false);
            return Print(session, answer);
        });
        command.Add(file);
        command.Add(id);
        command.Add(arm);
        command.Add(reason);
        return command;
    }

    public static Command Preview(ClientCommand client)
    {
        var file = FaultFile.Argument("a rule or a set of rules as JSON, - for standard input, or the id of a rule that is there");
        var command = client.OfPartition("preview", "what a rule would mean now, without keeping it (needs the token)", async (session, parsed, cancellation) =>
        {
            var path = await FaultsCommand.PathAsync(session, cancellation).ConfigureAwait(false);
            foreach (var (i, rule) in (await RulesAsync(session, parsed.GetRequiredValue(file), cancellation).ConfigureAwait(false)).Index())
            {
                var answer = await session.Http.SendAsync<FaultPreview>(
                    HttpMethod.Post, ApiPath.Partition(await session.PartitionAsync(cancellation).ConfigureAwait(false), "faults", "preview"), rule, cancellation).ConfigureAwait(false);
                if (i > 0 && session.Output.ForPeople)
                {
                    session.Console.Out.WriteLine();
                }

                session.Output.One(answer, FaultTables.Preview);
            }

            return ExitCode.Ok;
        });
        command.Add(file);
        return command;
    }

    public static Command Arm(ClientCommand client)
    {
        var id = FaultsCommand.Rule(client);
        var reason = Reason();
        var command = client.OfPartition("arm", "let a rule act (needs the token)", async (session, parsed, cancellation) =>
        {
            var path = await FaultsCommand.PathAsync(session, cancellation, parsed.GetRequiredValue(id), "arm").ConfigureAwait(false);
            var answer = await session.Http.SendAsync<FaultSummary>(HttpMethod.Post, path, new ArmFaultRequest(parsed.GetValue(reason)), cancellation).ConfigureAwait(false);
            return Print(session, answer);
        });
        command.Add(id);
        command.Add(reason);
        return command;
    }

    /// <summary>A change that needs nothing but its name.</summary>
    public static Command Change(ClientCommand client, string name, string verb, string description)
    {
        var id = FaultsCommand.Rule(client);
        var command = client.OfPartition(name, $"{description} (needs the token)", async (session, parsed, cancellation) =>
        {
            var path = await FaultsCommand.PathAsync(session, cancellation, parsed.GetRequiredValue(id), verb).ConfigureAwait(false);
            return Print(session, await session.Http.SendAsync<FaultSummary>(HttpMethod.Post, path, null, cancellation).ConfigureAwait(false));
        });
        command.Add(id);
        return command;
    }

    public static Command Delete(ClientCommand client)
    {
        var id = FaultsCommand.Rule(client);
        var command = client.WithoutFormat("delete", "end a rule and forget it (needs the token)", async (session, parsed, cancellation) =>
        {
            var path = await FaultsCommand.PathAsync(session, cancellation, parsed.GetRequiredValue(id)).ConfigureAwait(false);
            await session.Http.DeleteAnyVersionAsync(path, cancellation).ConfigureAwait(false);
            return ExitCode.Ok;
        });
        command.Add(id);
        return command;
    }

    public static Option<string?> Reason() => new("--reason") { Description = "why; needed to arm a rule that does not say it", HelpName = "TEXT" };

    private static int Print(ClientSession session, SynicAnswer<FaultSummary> answer)
    {
        session.Output.One(answer, r => FaultTables.Rules([r], session.Console.Time.GetUtcNow()));
        return ExitCode.Ok;
    }

    private static async Task<IReadOnlyList<JsonNode>> RulesAsync(ClientSession session, string name, CancellationToken cancellation)
    {
        if (!FaultFile.IsFile(name))
        {
            var path = await FaultsCommand.PathAsync(session, cancellation, name).ConfigureAwait(false);
            var known = await session.Http.GetAsync<FaultSummary>(path, cancellation).ConfigureAwait(false);
            return [JsonNode.Parse(known.Json.GetProperty("rule").GetRawText())!];
        }

        var file = await FaultFile.ReadAsync(session, name, cancellation).ConfigureAwait(false);
        return file["rules"] is JsonArray rules ? [.. rules.Select(static r => r ?? new JsonObject())] : [file];
    }

    private static void Set(JsonObject rule, string member, JsonNode? value)
    {
        if (value is not null)
        {
            rule[member] = value;
        }
    }
}
