using Microsoft.AspNetCore.Components;
using MudBlazor;
using Synic.Contracts;

namespace Synic.Dashboard.Components.Controls;

/// <summary>The recordings of a partition: start, stop, download, replay.</summary>
public sealed partial class RecordingPanel
{
    private ApiIndex? _index;
    private string _name = "";
    private bool _payload;
    private string? _message;
    private string? _deleting;
    private (string Id, ReplayReport Report)? _report;

    public sealed record Answer(IReadOnlyList<RecordingSummary> Items, DateTimeOffset AsOf);

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    private string? Denied => _index?.Rights.Contains("console") != false ? null // what every holder of the token has
        : "To record and to replay needs the start token: log in with the link that the daemon printed.";

    protected override async IAsyncEnumerable<Answer> WatchAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        _index = await Client.GetIndexAsync(cancellation);
        await foreach (var answer in PollAsync(ReadAsync, cancellation))
        {
            yield return answer;
        }
    }

    private async Task<Answer> ReadAsync(CancellationToken cancellation) =>
        new(await Client.GetRecordingsAsync(Partition, cancellation) ?? [], Time.GetUtcNow());

    private Task StartAsync() => DoAsync(async () =>
    {
        var name = _name.Trim();
        await Client.StartRecordingAsync(
            Partition, new StartRecordingRequest { Name = name.Length == 0 ? null : name, Payload = _payload }, CancellationToken.None);
        _name = "";
    });

    private Task StopAsync(RecordingSummary item) => DoAsync(() => Client.StopRecordingAsync(Partition, item.Id, CancellationToken.None));

    private Task ReplayAsync(RecordingSummary item) => DoAsync(async () =>
        _report = (item.Id, await Client.ReplayAsync(Partition, item.Id, null, CancellationToken.None)));

    // Nothing brings it back, so it is asked twice.
    private Task DeleteAsync(RecordingSummary item)
    {
        if (_deleting != item.Id)
        {
            _deleting = item.Id;
            return Task.CompletedTask;
        }

        return DoAsync(() => Client.DeleteRecordingAsync(Partition, item.Id, CancellationToken.None));
    }

    private async Task DoAsync(Func<Task> work)
    {
        (_message, _deleting) = (null, null);
        _message = await Refusals.OfAsync(async () =>
        {
            await work();
            Pace.Now();
        });
    }

    private string ContentPath(RecordingSummary item) =>
        $"/api/v1/partitions/{Uri.EscapeDataString(Partition)}/recordings/{Uri.EscapeDataString(item.Id)}/content";

    private static string StateIcon(string state) => state switch
    {
        "recording" => Icons.Material.Filled.FiberManualRecord,
        "full" => Icons.Material.Filled.WarningAmber,
        _ => Icons.Material.Filled.Stop,
    };
}
