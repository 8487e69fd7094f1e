using System.Globalization;
using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>A partition's tree: only what is open is read. What is open, chosen and looked for is in the page's address.</summary>
public sealed partial class InspectView
{
    internal const string PayloadRight = "payload";
    private const string ChangeRight = "change";
    private const string OpenName = "open";
    private const string NodeName = "node";
    private const string FindName = "find";
    private const string AgainstName = "against";
    private static readonly TimeSpan s_typing = TimeSpan.FromMilliseconds(250);

    private readonly InspectTree _tree = new();
    private IReadOnlyList<TreeSnapshot> _snapshots = [];
    private ApiIndex? _index;
    private TreeDiff? _diff;
    private string _text = "";
    private string _against = "";
    private string? _message;
    private int _typed;

    public sealed record Reading
    {
        internal Reading(InspectReading read) => Read = read;

        internal InspectReading Read { get; }
    }

    [Inject]
    public required PageState State { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    protected override bool IsPausable => true;

    private IReadOnlyList<string> Rights => _index?.Rights ?? [];

    /// <summary>Why this viewer cannot change fields; null: can.</summary>
    private string? ChangeDenied => Rights.Contains(ChangeRight) ? null
        : _index?.Lab == false ? "The daemon was not started with --lab: fields can be watched, not changed."
        : "Changing a field needs the right “change”: log in with the link that the daemon printed.";

    protected override void OnInitialized()
    {
        _tree.Address = State[OpenName] ?? "";
        _tree.Selected = State[NodeName];
        _text = State[FindName] ?? "";
        _against = State[AgainstName] ?? "";
    }

    protected override async IAsyncEnumerable<Reading> WatchAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        _index = await Client.GetIndexAsync(cancellation);
        _snapshots = (await Client.GetSnapshotsAsync(Partition, cancellation))?.Items ?? [];
        if (_text.Length > 0)
        {
            await _tree.SearchAsync(_text, AskAsync);
        }

        await CompareAgainAsync();
        await foreach (var reading in PollAsync(async _ => new Reading(await _tree.ReadAsync(AskAsync, Time.GetUtcNow())), cancellation))
        {
            yield return reading;
        }
    }

    protected override void OnSnapshot(Reading snapshot) => _tree.Take(snapshot.Read);

    private Task<InspectAnswer?> AskAsync(InspectLook look) => Client.InspectAsync(Partition, look, CancellationToken.None);

    private void Choose(InspectRow row)
    {
        _tree.Selected = row.Path == _tree.Selected ? null : row.Path;
        State.Set(NodeName, _tree.Selected);
    }

    private Task ToggleAsync(InspectRow row) => DoAsync(async () =>
    {
        if (_tree.Toggle(row.Path))
        {
            await _tree.LoadAsync(row.Path, AskAsync, Time.GetUtcNow());
        }

        State.Set(OpenName, _tree.Address);
    });

    private Task MoreAsync(InspectRow row) => DoAsync(() =>
    {
        _tree.ShowMore(row.Path);
        return _tree.LoadAsync(row.Path, AskAsync, Time.GetUtcNow());
    });

    private Task RevealAsync(InspectRow row) => DoAsync(() => _tree.RevealAsync(row.Path, AskAsync));

    private Task OpenAllAsync() => DoAsync(async () =>
    {
        var at = _tree.Find(_tree.Selected) is { Kind: InspectRowKind.Directory } chosen ? chosen.Path : "";
        await _tree.OpenAllAsync(at, AskAsync);
        State.Set(OpenName, _tree.Address, back: true);
        await _tree.LoadAsync(at, AskAsync, Time.GetUtcNow());
    });

    private void CloseAll()
    {
        _tree.CloseAll();
        State.Set(OpenName, null, back: true);
    }

    // The whole tree is read for it, so it waits until the viewer stops typing.
    private async Task FindAsync(string? text)
    {
        _text = text ?? "";
        State.Set(FindName, _text);
        var typed = ++_typed;
        if (_text.Length > 0)
        {
            await Task.Delay(s_typing, Time);
        }

        if (typed == _typed)
        {
            await DoAsync(async () =>
            {
                await _tree.SearchAsync(_text, AskAsync);
                await RefreshAsync();
            });
        }
    }

    private Task RefreshAsync() => DoAsync(async () => _tree.Take(await _tree.ReadAsync(AskAsync, Time.GetUtcNow())));

    private Task CompareAsync(string? snapshot)
    {
        _against = snapshot ?? "";
        State.Set(AgainstName, _against, back: true);
        return CompareAgainAsync();
    }

    private Task CompareAgainAsync() => DoAsync(async () =>
    {
        _diff = int.TryParse(_against, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? await Client.GetDiffAsync(Partition, new SnapshotPair(id, null), CancellationToken.None)
            : null;
        if (_diff is null && _against.Length > 0)
        {
            _message = $"There is no snapshot {_against} (any more).";
            _against = "";
            State.Set(AgainstName, null);
        }

        _tree.Changes = _diff?.Items.ToDictionary(static c => c.Path, StringComparer.Ordinal);
    });

    private async Task DoAsync(Func<Task> work)
    {
        _message = null;
        _message = await Refusals.OfAsync(work) ?? _message; // the work may have its own
    }

    private InspectRow Stop(List<InspectRow> rows) => rows.Find(r => r.IsNode && r.Path == _tree.Selected) ?? rows[0];

    private string CountText(List<InspectRow> rows) => _tree.Search is { } search
        ? $"{Format.Plural(search.Total, "line")} found{(search.Total > search.Found.Count ? $", {Format.Count(search.Found.Count)} shown" : "")}{(search.IsPartial ? ", wide directories on their first page" : "")}"
        : Format.Plural(rows.Count(static r => r.IsNode), "line");
}
