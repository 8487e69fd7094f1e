using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Api;
using Synic.Daemon.Inspection;
using Synic.Daemon.Partitions;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Pages;

/// <content>The tree and the past: by the API's own handlers.</content>
internal sealed partial class InProcessSynicClient
{
    /// <summary>Events that one render has to show at most; a reader that falls behind is told what it missed.</summary>
    private const int MaxEventBatch = 1000;

    private readonly PageCaller _caller = new(authentication, services);

    public Task<ApiIndex> GetIndexAsync(CancellationToken cancellation) =>
        _caller.AskAsync<ApiIndex>(null, c => Now(RootEndpoints.Index(c, settings)));

    public Task<InspectAnswer?> InspectAsync(string partition, InspectLook look, CancellationToken cancellation) =>
        _caller.FindAsync<InspectAnswer>(null, async context =>
        {
            context.RequestAborted = cancellation;
            var query = new InspectQuery
            {
                Path = look.Path,
                Depth = look.Depth,
                After = look.After,
                Limit = look.Limit,
                Sensitivity = look.Sensitive ? "sensitive" : null,
            };
            return look.Snapshot is { } snapshot
                ? await SnapshotEndpoints.Inspect(
                    partition, Text(snapshot), query, null, context, registry, _caller.Service<TreeSnapshots>(), time).ConfigureAwait(false)
                : await InspectEndpoints.Get(
                    partition, query, null, context, registry, _caller.Service<PartitionInspector>(), _caller.Service<IAudit>()).ConfigureAwait(false);
        });

    public Task<InspectUpdateAnswer> ChangeAsync(string partition, string path, string value, CancellationToken cancellation) =>
        _caller.AskAsync<InspectUpdateAnswer>(AccessSetup.Lab, async context => await InspectEndpoints.Change(
            partition, path, null, new InspectUpdateRequest { Value = value }, context, registry,
            _caller.Service<PartitionInspector>(), _caller.Service<IAudit>()).ConfigureAwait(false));

    public Task<TreeSnapshotList?> GetSnapshotsAsync(string partition, CancellationToken cancellation) =>
        _caller.FindAsync<TreeSnapshotList>(null, _ => Now(SnapshotEndpoints.List(partition, registry, _caller.Service<TreeSnapshots>())));

    public Task<TreeSnapshot> TakeSnapshotAsync(string partition, string? name, CancellationToken cancellation) =>
        _caller.AskAsync<TreeSnapshot>(AccessSetup.Token, async _ => await SnapshotEndpoints.Take(
            partition, new CreateSnapshotRequest { Name = name }, registry, _caller.Service<TreeSnapshots>(), cancellation).ConfigureAwait(false));

    public Task DeleteSnapshotAsync(string partition, int snapshot, CancellationToken cancellation) => _caller.DoAsync(
        AccessSetup.Token, _ => Now(SnapshotEndpoints.Delete(partition, Text(snapshot), registry, _caller.Service<TreeSnapshots>())));

    public Task<TreeDiff?> GetDiffAsync(string partition, SnapshotPair pair, CancellationToken cancellation) =>
        _caller.FindAsync<TreeDiff>(null, async _ => await SnapshotEndpoints.Diff(
            partition, Text(pair.Before), pair.After is { } after ? Text(after) : SnapshotEndpoints.Now, pair.Path, pair.Limit, pair.Cursor,
            registry, _caller.Service<TreeSnapshots>(), cancellation).ConfigureAwait(false));

    public Task<ListPage<EventRecord>?> GetEventsAsync(string partition, EventQuestion question, CancellationToken cancellation) =>
        _caller.FindAsync<ListPage<EventRecord>>(null, context => Now(Events(partition, question, context)));

    public async IAsyncEnumerable<IReadOnlyList<EventRecord>> WatchEventsAsync(
        string partition, EventQuestion question, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var context = await _caller.ContextAsync().ConfigureAwait(false);
        context.Request.Headers[HeaderNames.Accept] = EventStream.ServerSentType;
        if (PageCaller.Innermost(Events(partition, question, context)) is not EventStream stream)
        {
            await GetEventsAsync(partition, question, cancellation).ConfigureAwait(false); // says why not, unless there is no such partition
            yield break;
        }

        var hub = _caller.Service<EventHub>();
        using var watched = hub.OpenStream();
        var reader = stream.Open();
        while (true)
        {
            yield return Take(reader, hub);
            await Task.Delay(s_shortest, time, cancellation).ConfigureAwait(false);
            await hub.WaitAsync(reader.Seen, s_longest - s_shortest, cancellation).ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyList<RecordingSummary>?> GetRecordingsAsync(string partition, CancellationToken cancellation) =>
        (await _caller.FindAsync<ListPage<RecordingSummary>>(
            null, _ => Now(RecordingEndpoints.List(partition, registry, _caller.Service<RecordingStore>()))).ConfigureAwait(false))?.Items;

    public Task<RecordingSummary> StartRecordingAsync(string partition, StartRecordingRequest request, CancellationToken cancellation) =>
        _caller.AskAsync<RecordingSummary>(
            AccessSetup.Token, _ => Now(RecordingEndpoints.Start(partition, request, registry, _caller.Service<RecordingStore>())));

    public Task<RecordingSummary> StopRecordingAsync(string partition, string recording, CancellationToken cancellation) =>
        _caller.AskAsync<RecordingSummary>(
            AccessSetup.Token, _ => Now(RecordingEndpoints.Stop(partition, recording, registry, _caller.Service<RecordingStore>())));

    public Task DeleteRecordingAsync(string partition, string recording, CancellationToken cancellation) => _caller.DoAsync(
        AccessSetup.Token, _ => Now(RecordingEndpoints.Delete(partition, recording, registry, _caller.Service<RecordingStore>())));

    public Task<ReplayReport> ReplayAsync(string partition, string recording, string? dialect, CancellationToken cancellation) =>
        _caller.AskAsync<ReplayReport>(AccessSetup.Token, async _ => await RecordingEndpoints.ReplayOne(
            partition, recording, dialect, registry, _caller.Service<RecordingStore>(), cancellation).ConfigureAwait(false));

    public Task<DaemonStatus> GetStatusAsync(CancellationToken cancellation) =>
        Task.FromResult(_caller.Service<StatusReader>().Read());

    private Results<Ok<ListPage<EventRecord>>, EventStream, ApiProblem> Events(
        string partition, EventQuestion question, HttpContext context) => EventEndpoints.OfPartition(
        partition, new EventQuery(question.Limit, question.Cursor, question.Filter, question.After is { } after ? Text(after) : null, null),
        context, registry, _caller.Service<EventHub>());

    private static List<EventRecord> Take(EventReader reader, EventHub hub)
    {
        var batch = new List<EventRecord>();
        while (batch.Count < MaxEventBatch && reader.TryTake(out var record))
        {
            EventStream.CountLost(hub, record);
            batch.Add(record);
        }

        return batch;
    }

    private static Task<IResult> Now(IResult result) => Task.FromResult(result);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
