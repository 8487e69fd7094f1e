using System.CommandLine;
using System.Text.Json;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli.Faults;

/// <summary><c>synicd faults</c>: fault rules, from the first draft to what they did.</summary>
internal static class FaultsCommand
{
    private const int UsualDecisions = 100;

    public static Command Create(ClientCommand client) => new("faults", "spoil a guest's calls on purpose (needs a daemon with --lab)")
    {
        List(client),
        Show(client),
        Decisions(client),
        FaultRuleCommands.CreateRule(client),
        FaultRuleCommands.Preview(client),
        FaultRuleCommands.Arm(client),
        FaultRuleCommands.Change(client, "pause", "pause", "hold an armed rule; arming goes on with its counters"),
        FaultRuleCommands.Change(client, "renew", "renew", "start the lease of an armed rule anew"),
        FaultRuleCommands.Change(client, "stop", "stop", "end a rule; arming it begins anew"),
        FaultRuleCommands.Delete(client),
        FaultSetCommands.Import(client),
        FaultSetCommands.Export(client),
        FaultSetCommands.Scenarios(client),
        KillSwitchCommands.Kill(client),
        KillSwitchCommands.Release(client),
    };

    /// <summary>Ids of rules; a shell can complete those of a daemon that runs.</summary>
    public static Argument<string> Rule(ClientCommand client)
    {
        var argument = new Argument<string>("rule") { Description = "id of the rule" };
        argument.CompletionSources.Add(context => Suggestions.Faults(client, context));
        return argument;
    }

    public static async Task<ApiPath> PathAsync(ClientSession session, CancellationToken cancellation, params string[] below) =>
        ApiPath.Partition(await session.PartitionAsync(cancellation).ConfigureAwait(false), "faults").Then(below);

    private static Command List(ClientCommand client)
    {
        var failEmpty = new Option<bool>("--fail-empty") { Description = $"exit status {ExitCode.Nothing} when there is no rule" };
        var command = client.OfPartition("list", "all rules, in the order in which they are asked", async (session, parsed, cancellation) =>
        {
            var path = await PathAsync(session, cancellation).ConfigureAwait(false);
            var answer = await session.Http.GetAsync<ListPage<FaultSummary>>(path, cancellation).ConfigureAwait(false);
            session.Output.List(answer, static page => FaultTables.Rules(page.Items, page.AsOf));
            if (answer.Value.Items.Count > 0)
            {
                return ExitCode.Ok;
            }

            session.Output.Note("there is no fault rule; 'synicd faults scenarios' lists some to start with");
            return parsed.GetValue(failEmpty) ? ExitCode.Nothing : ExitCode.Ok;
        });
        command.Add(failEmpty);
        return command;
    }

    private static Command Show(ClientCommand client)
    {
        var id = Rule(client);
        var command = client.OfPartition("show", "one rule: its state, its counters, and the rule itself", async (session, parsed, cancellation) =>
        {
            var path = await PathAsync(session, cancellation, parsed.GetRequiredValue(id)).ConfigureAwait(false);
            var answer = await session.Http.GetAsync<FaultSummary>(path, cancellation).ConfigureAwait(false);
            session.Output.One(answer, static rule => FaultTables.Rule(rule));
            if (session.Output.ForPeople)
            {
                session.Console.Out.WriteLine();
                session.Console.Out.WriteLine(SafeText.Of("rule: " + JsonSerializer.Serialize(answer.Value.Rule, FaultTables.Brief)));
            }

            return ExitCode.Ok;
        });
        command.Add(id);
        return command;
    }

    private static Command Decisions(ClientCommand client)
    {
        var id = Rule(client);
        var limit = new Option<int>("--limit")
        {
            Description = $"at most N of the last 1024 (default {UsualDecisions})", HelpName = "N", DefaultValueFactory = static _ => UsualDecisions,
        };
        limit.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > SynicHttp.MaxPage)
            {
                result.AddError($"--limit: 1 to {SynicHttp.MaxPage}");
            }
        });
        var command = client.OfPartition("decisions", "what a rule decided, call by call", async (session, parsed, cancellation) =>
        {
            var path = await PathAsync(session, cancellation, parsed.GetRequiredValue(id), "decisions").ConfigureAwait(false);
            var answer = await session.Http.GetAsync<ListPage<FaultDecisionSummary>>(path.With("limit", parsed.GetValue(limit)), cancellation).ConfigureAwait(false);
            session.Output.List(answer, static page => FaultTables.Decisions(page.Items));
            if (answer.Value.Next is not null)
            {
                session.Output.Note($"{answer.Value.Items.Count} of {answer.Value.Total} decisions; --limit shows more");
            }

            return ExitCode.Ok;
        });
        command.Add(id);
        command.Add(limit);
        return command;
    }
}
