using System.Threading.Channels;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Tests.Support;

/// <content>A tree, a past and a cost that the test made up; what was asked is written down.</content>
internal sealed partial class FakeSynicClient
{
    public ApiIndex Index { get; set; } = Some.Index();

    /// <summary>What the tree has; null: nothing there.</summary>
    public Func<InspectLook, InspectAnswer?> Tree { get; set; } = static _ => null;

    public List<InspectLook> Looks { get; } = [];

    public List<(string Path, string Value)> Changed { get; } = [];

    /// <summary>What a change answers; null refuses it.</summary>
    public Func<string, string, InspectUpdateAnswer>? Change { get; set; }

    public List<TreeSnapshot> Snapshots { get; } = [];

    public Func<SnapshotPair, TreeDiff?> Diff { get; set; } = static _ => null;

    public Func<EventQuestion, ListPage<EventRecord>?> EventPage { get; set; } = static _ => new ListPage<EventRecord>([], null, 0, Some.Now);

    public List<EventQuestion> EventWatches { get; } = [];

    public Channel<IReadOnlyList<EventRecord>> Events { get; set; } = Channel.CreateUnbounded<IReadOnlyList<EventRecord>>();

    public List<RecordingSummary> Recordings { get; } = [];

    public ReplayReport? Replay { get; set; }

    public DaemonStatus Status { get; set; } = Some.Status();

    /// <summary>Thrown by whatever changes something; null: nothing is.</summary>
    public Exception? Refusal { get; set; }

    public Task<ApiIndex> GetIndexAsync(CancellationToken cancellation) => Task.FromResult(Index);

    public Task<InspectAnswer?> InspectAsync(string partition, InspectLook look, CancellationToken cancellation)
    {
        lock (Looks)
        {
            Looks.Add(look);
        }

        return Task.FromResult(Tree(look));
    }

    public Task<InspectUpdateAnswer> ChangeAsync(string partition, string path, string value, CancellationToken cancellation)
    {
        Refuse();
        Changed.Add((path, value));
        return Task.FromResult(Change!(path, value));
    }

    public Task<TreeSnapshotList?> GetSnapshotsAsync(string partition, CancellationToken cancellation) =>
        Task.FromResult<TreeSnapshotList?>(new TreeSnapshotList([.. Snapshots], Snapshots.Count, 32, Snapshots.Sum(static s => s.Bytes), 64 << 20, Some.Now));

    public Task<TreeSnapshot> TakeSnapshotAsync(string partition, string? name, CancellationToken cancellation)
    {
        Refuse();
        Snapshots.Add(Some.Snapshot(Snapshots.Count + 1, name));
        return Task.FromResult(Snapshots[^1]);
    }

    public Task DeleteSnapshotAsync(string partition, int snapshot, CancellationToken cancellation)
    {
        Refuse();
        Snapshots.RemoveAll(s => s.Id == snapshot);
        return Task.CompletedTask;
    }

    public Task<TreeDiff?> GetDiffAsync(string partition, SnapshotPair pair, CancellationToken cancellation) => Task.FromResult(Diff(pair));

    public Task<ListPage<EventRecord>?> GetEventsAsync(string partition, EventQuestion question, CancellationToken cancellation) =>
        Task.FromResult(EventPage(question));

    public IAsyncEnumerable<IReadOnlyList<EventRecord>> WatchEventsAsync(string partition, EventQuestion question, CancellationToken cancellation)
    {
        EventWatches.Add(question);
        return ReadAsync(Events, cancellation);
    }

    public Task<IReadOnlyList<RecordingSummary>?> GetRecordingsAsync(string partition, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<RecordingSummary>?>([.. Recordings]);

    public Task<RecordingSummary> StartRecordingAsync(string partition, StartRecordingRequest request, CancellationToken cancellation)
    {
        Refuse();
        Recordings.Add(Some.Recording($"r{Recordings.Count + 1}") with { Name = request.Name, Payload = request.Payload });
        return Task.FromResult(Recordings[^1]);
    }

    public Task<RecordingSummary> StopRecordingAsync(string partition, string recording, CancellationToken cancellation)
    {
        Refuse();
        var at = Recordings.FindIndex(r => r.Id == recording);
        Recordings[at] = Recordings[at] with { State = "stopped" };
        return Task.FromResult(Recordings[at]);
    }

    public Task DeleteRecordingAsync(string partition, string recording, CancellationToken cancellation)
    {
        Refuse();
        Recordings.RemoveAll(r => r.Id == recording);
        return Task.CompletedTask;
    }

    public Task<ReplayReport> ReplayAsync(string partition, string recording, string? dialect, CancellationToken cancellation)
    {
        Refuse();
        return Task.FromResult(Replay!);
    }

    public Task<DaemonStatus> GetStatusAsync(CancellationToken cancellation) => Task.FromResult(Status);

    private void Refuse()
    {
        if (Refusal is { } refusal)
        {
            throw refusal;
        }
    }
}
