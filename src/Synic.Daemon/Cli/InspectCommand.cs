using System.CommandLine;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd inspect</c>: everything live, by path; watched, or changed.</summary>
internal static class InspectCommand
{
    private const int MaxDepth = 4096;

    /// <summary>The daemon answers at its deadline; this is for the way there and back.</summary>
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(5);

    public static Command Create(ClientCommand client)
    {
        var path = new Argument<string?>("path") { Description = "as synic_ports/ports/0x2001; the root without one", HelpName = "path", Arity = ArgumentArity.ZeroOrOne };
        var depth = new Option<int?>("--depth", "-d") { Description = "levels of directories to open (default 2)", HelpName = "N" };
        var recursive = new Option<bool>("--recursive", "-r") { Description = "open all levels" };
        var period = new Option<TimeSpan?>("--period", "-p") { Description = "watch: print what changes, and rates, each TIME", HelpName = "TIME" }
            .Between(Repeat.Usual, Repeat.Shortest, TimeSpan.FromMinutes(1));
        var count = new Option<int?>("--count", "-n") { Description = "with --period: end after N records", HelpName = "N" };
        var update = new Option<string?>("--update", "-u") { Description = "give the field at the path a new value (needs the token, and --lab)", HelpName = "VALUE" };
        var deadline = new Option<TimeSpan?>("--deadline", "-t") { Description = "branches that take longer are left out (default 1s)", HelpName = "TIME" }
            .Between(Repeat.Usual, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(30));
        var plain = new Option<bool>("--json", "-j") { Description = "plain JSON, an object for each directory; -o json is typed" };
        var sensitivity = new Option<string?>("--sensitivity") { Description = "safe, unspecified or sensitive (default unspecified)", HelpName = "LEVEL" };
        var after = new Option<string?>("--after") { Description = "go on in a wide directory behind this child", HelpName = "NAME" };
        var command = client.OfPartition("inspect", "everything live, by path: text, or typed JSON", async (session, parsed, cancellation) =>
        {
            var look = new Look(
                await session.PartitionAsync(cancellation).ConfigureAwait(false),
                (parsed.GetValue(path) ?? "").Trim('/'),
                parsed.GetValue(recursive) ? MaxDepth : parsed.GetValue(depth),
                parsed.GetValue(deadline),
                parsed.GetValue(sensitivity),
                parsed.GetValue(after));
            return parsed switch
            {
                _ when parsed.GetValue(update) is { } value => await UpdateAsync(session, look, value, cancellation).ConfigureAwait(false),
                _ when parsed.GetValue(period) is { } pause => await InspectWatch.RunAsync(
                    session, look.Watch(pause), parsed.GetValue(count), cancellation).ConfigureAwait(false),
                _ => await PrintAsync(session, look, parsed.GetValue(plain), cancellation).ConfigureAwait(false),
            };
        });
        command.Add(path);
        foreach (var option in (Option[])[depth, recursive, period, count, update, deadline, plain, sensitivity, after])
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(recursive) && result.GetValue(depth) is not null)
            {
                result.AddError("--depth and --recursive: choose one");
            }

            if (result.GetValue(depth) is < 0 or > MaxDepth)
            {
                result.AddError($"--depth: 0 to {MaxDepth}");
            }

            if (result.GetValue(update) is not null && result.GetValue(period) is not null)
            {
                result.AddError("--update and --period: choose one");
            }

            if (result.GetValue(count) is < 1)
            {
                result.AddError("--count: at least 1");
            }
        });
        return command;
    }

    private static async Task<int> PrintAsync(ClientSession session, Look look, bool plain, CancellationToken cancellation)
    {
        var limit = look.Deadline is { } deadline && deadline + s_margin > session.Http.Timeout ? deadline + s_margin : session.Http.Timeout;
        if (session.Output.ForPeople && !plain)
        {
            var text = await session.Http.GetTextAsync(look.Path("text"), cancellation, limit).ConfigureAwait(false);
            await session.Console.Out.WriteAsync(SafeText.Lines(text)).ConfigureAwait(false);
            return text.Contains("\n# incomplete: ", StringComparison.Ordinal) || text.StartsWith("# incomplete: ", StringComparison.Ordinal)
                ? ExitCode.Partial : ExitCode.Ok;
        }

        var answer = await session.Http.GetAsync<InspectAnswer>(look.Path(plain ? "plain" : "typed"), cancellation, limit).ConfigureAwait(false);
        if (plain)
        {
            // Its node is no typed one; all the rest is.
            session.Console.Out.WriteLine(answer.Json.GetRawText());
            return answer.Json.TryGetProperty("complete", out var complete) && complete.ValueKind is System.Text.Json.JsonValueKind.False
                ? ExitCode.Partial : ExitCode.Ok;
        }

        var value = answer.Value;
        session.Output.Write(
            answer.Json, [.. InspectLines.Of(value.Path, value.Node).Select(static l => InspectLines.Row(l.Path, l.Node))], static () => new TextTable());
        return value.Complete ? ExitCode.Ok : ExitCode.Partial;
    }

    private static async Task<int> UpdateAsync(ClientSession session, Look look, string value, CancellationToken cancellation)
    {
        var answer = await session.Http.SendAsync<InspectUpdateAnswer>(
            HttpMethod.Patch, look.Update(), new InspectUpdateRequest { Value = value }, cancellation).ConfigureAwait(false);
        session.Output.One(answer, static u => new TextTable("PATH", "BEFORE", "NOW").Row(u.Path, InspectLines.Text(u.Old), InspectLines.Text(u.New)));
        return ExitCode.Ok;
    }

    /// <summary>What of the tree is meant.</summary>
    private sealed record Look(string Partition, string Place, int? Depth, TimeSpan? Deadline, string? Sensitivity, string? After)
    {
        private int? TimeoutMs => Deadline is { } time ? (int)time.TotalMilliseconds : null;

        public ApiPath Path(string format) => At("inspect")
            .With("depth", Depth).With("timeoutMs", TimeoutMs).With("sensitivity", Sensitivity).With("after", After).With("format", format);

        public ApiPath Update() => At("inspect").With("timeoutMs", TimeoutMs);

        public Func<ApiPath> Watch(TimeSpan period) => () => At("inspect-watch")
            .With("depth", Depth).With("periodMs", (int)period.TotalMilliseconds).With("sensitivity", Sensitivity);

        private ApiPath At(string route) => ApiPath.Partition(Partition, route).Then(Place.Length == 0 ? [] : Place.Split('/'));
    }
}
