using System.CommandLine.Completions;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary>What a shell may offer that only a running daemon knows. One that does not answer at once offers nothing.</summary>
internal static class Suggestions
{
    private const int Most = 200;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(400);

    public static IEnumerable<CompletionItem> Connections(ClientCommand client, CompletionContext context) => Ask(client, context, async (http, cancellation) =>
    {
        var partition = context.ParseResult.GetValue(client.Options.Partition)
            ?? (await ClientSession.PartitionsAsync(http, cancellation).ConfigureAwait(false))[0];
        var ports = await http.GetAsync<ListPage<PortSummary>>(ApiPath.Partition(partition, "ports").With("limit", Most), cancellation).ConfigureAwait(false);
        return [.. ports.Value.Items.Select(static p => p.ConnectionText)];
    });

    public static IEnumerable<CompletionItem> Faults(ClientCommand client, CompletionContext context) => Ask(client, context, async (http, cancellation) =>
    {
        var partition = context.ParseResult.GetValue(client.Options.Partition)
            ?? (await ClientSession.PartitionsAsync(http, cancellation).ConfigureAwait(false))[0];
        var rules = await http.GetAsync<ListPage<FaultSummary>>(ApiPath.Partition(partition, "faults"), cancellation).ConfigureAwait(false);
        return [.. rules.Value.Items.Select(static r => r.Id)];
    });

    public static IEnumerable<CompletionItem> Scenarios(ClientCommand client, CompletionContext context) => Ask(client, context, static async (http, cancellation) =>
    {
        var all = await http.GetAsync<ListPage<ScenarioSummary>>(ApiPath.Of("scenarios"), cancellation).ConfigureAwait(false);
        return [.. all.Value.Items.Select(static s => s.Name)];
    });

    public static IEnumerable<CompletionItem> Partitions(ClientCommand client, CompletionContext context) => Ask(client, context, ClientSession.PartitionsAsync);

    private static List<CompletionItem> Ask(
        ClientCommand client, CompletionContext context, Func<SynicHttp, CancellationToken, Task<IReadOnlyList<string>>> ask)
    {
        try
        {
            // The command line's own code asks without async; there is no context to wait on here.
            return Task.Run(async () =>
            {
                var address = Credentials.Address(client.Options, context.ParseResult, client.Console);
                using var http = new SynicHttp(address, token: null, s_patience, client.Console.Time);
                using var late = new CancellationTokenSource(s_patience, client.Console.Time);
                var words = await ask(http, late.Token).ConfigureAwait(false);
                return words.Where(w => SafeText.Of(w) == w && w.StartsWith(context.WordToComplete, StringComparison.OrdinalIgnoreCase))
                    .Select(static w => new CompletionItem(w)).ToList();
            }).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is UsageException or SynicUnavailableException or SynicProblemException or OperationCanceledException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            return []; // whoever presses Tab wants no error message
        }
    }
}
