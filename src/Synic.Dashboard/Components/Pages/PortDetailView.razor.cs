using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Pages;

/// <summary>One port: what it is, what it was asked, why calls fail, and calls made as the guest; also of a port that is gone.</summary>
public sealed partial class PortDetailView
{
    private RateHistory _calls = new();
    private RateHistory _failures = new();
    private PortLinks _links = null!;
    private IReadOnlyDictionary<string, long> _injected = new Dictionary<string, long>();
    private DateTimeOffset _sampled;
    private long _generation;

    [Inject]
    public required ViewerNumbers Numbers { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    /// <summary>As in the address.</summary>
    [Parameter, EditorRequired]
    public required string Id { get; set; }

    protected override bool IsPausable => true;

    protected override Task OnInitializedAsync()
    {
        _links = new PortLinks(Partition);
        Numbers.Changed += Refresh;
        return base.OnInitializedAsync();
    }

    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender ? Numbers.LoadAsync() : Task.CompletedTask;

    protected override IAsyncEnumerable<PortDetail> WatchAsync(CancellationToken cancellation) =>
        PollAsync(c => Client.GetPortAsync(Partition, Id, c), cancellation);

    protected override void OnSnapshot(PortDetail snapshot) => Sample(snapshot);

    protected override int CountChanges(PortDetail latest, int waiting)
    {
        Sample(latest);
        return waiting;
    }

    protected override void OnDispose() => Numbers.Changed -= Refresh;

    private void Sample(PortDetail detail)
    {
        if (detail.Port is not { Departed: null } port || detail.AsOf - _sampled < TimeSpan.FromSeconds(0.95))
        {
            return;
        }

        if (port.Generation != _generation)
        {
            (_calls, _failures, _generation) = (new RateHistory(), new RateHistory(), port.Generation); // another port
        }

        _sampled = detail.AsOf;
        _calls.Add(port.CallsPerSecond ?? 0);
        _failures.Add(port.FailuresPerSecond ?? 0);
    }

    private void ShowInjected(IReadOnlyDictionary<string, long> injected) => _injected = injected;

    private void Refresh() => _ = InvokeAsync(StateHasChanged);

    private static RenderFragment Maybe(PortSummary port, string field, string? value, string none) => builder =>
    {
        var reason = value is null ? port.NotKnown?.GetValueOrDefault(field) : null;
        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "class", reason is not null ? "not-known" : value is null ? "quiet" : null);
        builder.AddAttribute(2, "title", reason is null ? null : "Not known: " + reason);
        builder.AddContent(3, reason is null ? value ?? none : Format.NotKnown);
        builder.CloseElement();
    };
}
