using System.Globalization;
using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>The snapshots of a partition's tree, and what differs between two; which two is in the page's address.</summary>
public sealed partial class SnapshotPanel
{
    private const string BeforeName = "before";
    private const string AfterName = "after";
    private const int PageSize = 200;

    private readonly List<InspectedChange> _items = [];
    private ApiIndex? _index;
    private TreeDiff? _diff;
    private string _name = "";
    private string _before = "";
    private string _after = "";
    private string _path = "";
    private string? _message;
    private int? _deleting;

    public sealed record Answer(TreeSnapshotList? List);

    [Inject]
    public required PageState State { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    private string? Denied => _index?.Rights.Contains("console") != false ? null // what every holder of the token has
        : "To take one needs the start token: log in with the link that the daemon printed.";

    protected override void OnInitialized() => (_before, _after) = (State[BeforeName] ?? "", State[AfterName] ?? "");

    protected override async IAsyncEnumerable<Answer> WatchAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        _index = await Client.GetIndexAsync(cancellation);
        if (_before.Length > 0)
        {
            await CompareAsync();
        }

        await foreach (var answer in PollAsync(async c => new Answer(await Client.GetSnapshotsAsync(Partition, c)), cancellation))
        {
            yield return answer;
        }
    }

    private void SetBefore(string? id) => State.Set(BeforeName, _before = id ?? "", back: true);

    private void SetAfter(string? id) => State.Set(AfterName, _after = id ?? "", back: true);

    private Task TakeAsync() => DoAsync(async () =>
    {
        var name = _name.Trim();
        await Client.TakeSnapshotAsync(Partition, name.Length == 0 ? null : name, CancellationToken.None);
        _name = "";
    });

    private Task CompareAsync()
    {
        _items.Clear();
        return ReadPageAsync(null);
    }

    private Task MoreAsync() => ReadPageAsync(_diff?.Next);

    private Task ReadPageAsync(string? cursor) => DoAsync(async () =>
    {
        if (Id(_before) is not { } before)
        {
            return;
        }

        var path = _path.Trim('/', ' ');
        var pair = new SnapshotPair(before, Id(_after), path.Length == 0 ? null : path, cursor, PageSize);
        _diff = await Client.GetDiffAsync(Partition, pair, CancellationToken.None);
        _items.AddRange(_diff?.Items ?? []);
        _message = _diff is null ? "One of these snapshots is gone." : null;
    });

    private Task DeleteAsync(TreeSnapshot item)
    {
        if (_deleting != item.Id)
        {
            _deleting = item.Id;
            return Task.CompletedTask;
        }

        return DoAsync(() => Client.DeleteSnapshotAsync(Partition, item.Id, CancellationToken.None));
    }

    private async Task DoAsync(Func<Task> work)
    {
        (_message, _deleting) = (null, null);
        _message = await Refusals.OfAsync(async () =>
        {
            await work();
            Pace.Now();
        }) ?? _message; // the work may have its own
    }

    private string TreePath(InspectedChange change)
    {
        var open = Uri.EscapeDataString(InspectTree.Parent(change.Path));
        return $"/partitions/{Uri.EscapeDataString(Partition)}?tab=inspect&open={open}&node={Uri.EscapeDataString(change.Path)}&against={_before}";
    }

    private static int? Id(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
