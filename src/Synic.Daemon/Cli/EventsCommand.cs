using System.CommandLine;
using System.Text.Json;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd events</c>: what happened last, or what happens.</summary>
internal static class EventsCommand
{
    private const int UsualLimit = 100;

    private static readonly string[] s_columns =
        [.. typeof(EventRecord).GetProperties().Select(static p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))];

    public static Command Create(ClientCommand client)
    {
        var filter = FilterText.Argument("as `synicd events bad:` lists them, such as kind conn vp vtl status");
        var follow = new Option<bool>("--follow", "-f") { Description = "what happens from now on, until Ctrl+C" };
        var after = new Option<long?>("--after") { Description = "only what came behind the event with this number", HelpName = "SEQ" };
        var limit = new Option<int?>("--limit") { Description = $"without --follow: the last N (default {UsualLimit})", HelpName = "N" };
        var count = new Option<int?>("--count", "-n") { Description = "with --follow: end after N", HelpName = "N" };
        var command = client.OfPartition(
            "events", "calls, deliveries, ports that come and go; of all partitions unless one is named", async (session, parsed, cancellation) =>
        {
            var text = FilterText.Of(parsed.GetValue(filter));
            ApiPath Path() => (session.NamedPartition is { } name ? ApiPath.Partition(name, "events") : ApiPath.Of("events"))
                .With("filter", text).With("after", parsed.GetValue(after));
            session.Output.Columns(s_columns);
            try
            {
                return parsed.GetValue(follow)
                    ? await FollowAsync(session, Path, parsed.GetValue(count), cancellation).ConfigureAwait(false)
                    : await ListAsync(session, Path, parsed.GetValue(limit) ?? UsualLimit, cancellation).ConfigureAwait(false);
            }
            catch (SynicProblemException e) when (FilterText.IsMistake(e) && text is not null)
            {
                return FilterText.Explain(session.Console, text, e);
            }
        });
        command.Add(filter);
        command.Add(follow);
        command.Add(after);
        command.Add(limit);
        command.Add(count);
        command.Validators.Add(result =>
        {
            if (result.GetValue(limit) is < 1 or > SynicHttp.MaxPage)
            {
                result.AddError($"--limit: 1 to {SynicHttp.MaxPage}");
            }

            if (result.GetValue(count) is < 1)
            {
                result.AddError("--count: at least 1");
            }
        });
        return command;
    }

    private static async Task<int> ListAsync(ClientSession session, Func<ApiPath> path, int limit, CancellationToken cancellation)
    {
        var answer = await session.Http.GetAsync<ListPage<EventRecord>>(path().With("limit", limit), cancellation).ConfigureAwait(false);
        var page = answer.Value;
        if (!session.Output.ForPeople)
        {
            session.Output.List(answer, static _ => new TextTable());
            return ExitCode.Ok;
        }

        await session.Console.Out.WriteLineAsync(EventLine.Head).ConfigureAwait(false);
        foreach (var item in page.Items)
        {
            await session.Console.Out.WriteLineAsync(EventLine.Of(item, session.NamedPartition is null)).ConfigureAwait(false);
        }

        if (page.Total > page.Items.Count)
        {
            session.Output.Note($"{page.Items.Count} of {page.Total} that are kept");
        }

        return ExitCode.Ok;
    }

    private static async Task<int> FollowAsync(ClientSession session, Func<ApiPath> path, int? count, CancellationToken cancellation)
    {
        var status = ExitCode.Ok;
        if (session.Output.ForPeople)
        {
            await session.Console.Out.WriteLineAsync(EventLine.Head).ConfigureAwait(false);
        }

        try
        {
            await foreach (var item in new ServerEvents(session.Http, path, session.Console.Time).ReadAsync(cancellation).ConfigureAwait(false))
            {
                var json = SynicJson.Parse(item.Data);
                var record = SynicJson.Read<EventRecord>(json);
                session.Output.Item(json, () => session.Console.Out.WriteLine(EventLine.Of(record, session.NamedPartition is null)));
                if (record.Kind is "dropped")
                {
                    status = ExitCode.Partial; // somebody who counts has to know
                }

                if (--count == 0)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The usual way to end it.
        }

        return status;
    }
}
