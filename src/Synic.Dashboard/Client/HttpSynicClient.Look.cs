using System.Globalization;
using System.Runtime.CompilerServices;
using Synic.Contracts;

namespace Synic.Dashboard.Client;

/// <content>The tree and the past.</content>
public sealed partial class HttpSynicClient
{
    private static readonly TimeSpan s_eventPeriod = TimeSpan.FromMilliseconds(250);

    /// <summary>A tree may take its time: the daemon answers at its own deadline.</summary>
    private static readonly TimeSpan s_treeTime = TimeSpan.FromSeconds(40);

    public Task<ApiIndex> GetIndexAsync(CancellationToken cancellation) => GetAsync<ApiIndex>(ApiPath.Of(), cancellation);

    public Task<InspectAnswer?> InspectAsync(string partition, InspectLook look, CancellationToken cancellation)
    {
        var path = look.Snapshot is { } snapshot
            ? ApiPath.Partition(partition, "snapshots", Text(snapshot), "inspect")
            : ApiPath.Partition(partition, "inspect");
        return FindAsync<InspectAnswer>(
            path.Then(Segments(look.Path)).With("depth", look.Depth).With("after", look.After).With("limit", look.Limit)
                .With("sensitivity", look.Sensitive && look.Snapshot is null ? "sensitive" : null),
            cancellation);
    }

    public async Task<InspectUpdateAnswer> ChangeAsync(string partition, string path, string value, CancellationToken cancellation) =>
        await SendAsync<InspectUpdateAnswer>(
            HttpMethod.Patch, ApiPath.Partition(partition, "inspect").Then(Segments(path)), new InspectUpdateRequest { Value = value },
            cancellation).ConfigureAwait(false);

    public Task<TreeSnapshotList?> GetSnapshotsAsync(string partition, CancellationToken cancellation) =>
        FindAsync<TreeSnapshotList>(ApiPath.Partition(partition, "snapshots"), cancellation);

    public Task<TreeSnapshot> TakeSnapshotAsync(string partition, string? name, CancellationToken cancellation) => SendAsync<TreeSnapshot>(
        HttpMethod.Post, ApiPath.Partition(partition, "snapshots"), new CreateSnapshotRequest { Name = name }, cancellation, s_treeTime);

    public Task DeleteSnapshotAsync(string partition, int snapshot, CancellationToken cancellation) =>
        DoAsync(HttpMethod.Delete, ApiPath.Partition(partition, "snapshots", Text(snapshot)), cancellation);

    public Task<TreeDiff?> GetDiffAsync(string partition, SnapshotPair pair, CancellationToken cancellation) => FindAsync<TreeDiff>(
        ApiPath.Partition(partition, "snapshots", Text(pair.Before), "diff", pair.After is { } after ? Text(after) : "now")
            .With("path", pair.Path).With("limit", pair.Limit).With("cursor", pair.Cursor),
        cancellation, s_treeTime);

    public Task<ListPage<EventRecord>?> GetEventsAsync(string partition, EventQuestion question, CancellationToken cancellation) =>
        FindAsync<ListPage<EventRecord>>(
            EventPath(partition, question).With("limit", question.Limit).With("cursor", question.Cursor), cancellation);

    public async IAsyncEnumerable<IReadOnlyList<EventRecord>> WatchEventsAsync(
        string partition, EventQuestion question, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var stream = new ServerEvents(http, () => EventPath(partition, question), time);
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var records = stream.ReadAsync(closing.Token).GetAsyncEnumerator(closing.Token);
        var next = MoveNextAsync(records);
        try
        {
            while (true)
            {
                var pause = Task.Delay(s_eventPeriod, time, cancellation);
                var batch = new List<EventRecord>();
                while (batch.Count < SynicHttp.MaxPage && await Task.WhenAny(next, pause).ConfigureAwait(false) == next)
                {
                    if (!await next.ConfigureAwait(false))
                    {
                        yield break;
                    }

                    batch.Add(SynicJson.Read<EventRecord>(records.Current.Data));
                    next = MoveNextAsync(records);
                }

                yield return batch;
                await pause.ConfigureAwait(false);
            }
        }
        finally
        {
            // An enumerator may not be disposed of while it is asked for its next item.
            await closing.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task<IReadOnlyList<RecordingSummary>?> GetRecordingsAsync(string partition, CancellationToken cancellation) =>
        (await FindAsync<ListPage<RecordingSummary>>(ApiPath.Partition(partition, "recordings"), cancellation).ConfigureAwait(false))?.Items;

    public Task<RecordingSummary> StartRecordingAsync(string partition, StartRecordingRequest request, CancellationToken cancellation) =>
        SendAsync<RecordingSummary>(HttpMethod.Post, ApiPath.Partition(partition, "recordings"), request, cancellation);

    public Task<RecordingSummary> StopRecordingAsync(string partition, string recording, CancellationToken cancellation) =>
        SendAsync<RecordingSummary>(HttpMethod.Post, ApiPath.Partition(partition, "recordings", recording, "stop"), null, cancellation);

    public Task DeleteRecordingAsync(string partition, string recording, CancellationToken cancellation) =>
        DoAsync(HttpMethod.Delete, ApiPath.Partition(partition, "recordings", recording), cancellation);

    public Task<ReplayReport> ReplayAsync(string partition, string recording, string? dialect, CancellationToken cancellation) =>
        SendAsync<ReplayReport>(
            HttpMethod.Post, ApiPath.Partition(partition, "recordings", recording, "replay").With("dialect", dialect), null, cancellation, s_treeTime);

    public Task<DaemonStatus> GetStatusAsync(CancellationToken cancellation) => GetAsync<DaemonStatus>(ApiPath.Of("status"), cancellation);

    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<System.Net.ServerSentEvents.SseItem<string>> records)
    {
        try
        {
            return await records.MoveNextAsync().ConfigureAwait(false);
        }
        catch (SynicProblemException e) when (e.IsForbidden)
        {
            throw new SynicForbiddenException(e.Message, e);
        }
        catch (SynicProblemException e) when (IsAbsence(e))
        {
            return false;
        }
    }

    private static ApiPath EventPath(string partition, EventQuestion question) =>
        ApiPath.Partition(partition, "events").With("filter", question.Filter).With("after", question.After);

    private static string[] Segments(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<T> SendAsync<T>(HttpMethod method, ApiPath path, object? body, CancellationToken cancellation, TimeSpan? timeout = null)
        where T : notnull
    {
        try
        {
            return (await http.SendAsync<T>(method, path, body, cancellation, timeout).ConfigureAwait(false)).Value;
        }
        catch (SynicProblemException e) when (e.IsForbidden)
        {
            throw new SynicForbiddenException(e.Message, e);
        }
    }

    private async Task DoAsync(HttpMethod method, ApiPath path, CancellationToken cancellation)
    {
        try
        {
            await http.SendAsync(method, path, null, cancellation).ConfigureAwait(false);
        }
        catch (SynicProblemException e) when (e.IsForbidden)
        {
            throw new SynicForbiddenException(e.Message, e);
        }
    }
}
