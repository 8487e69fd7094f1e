using Microsoft.AspNetCore.Components;
using Synic.Dashboard.Client;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>All that is known about one node of the tree, ways to it from elsewhere, and its change.</summary>
public sealed partial class InspectDetail
{
    private string _value = "";
    private string? _answer;
    private bool _refused;
    private bool _busy;

    [Inject]
    public required ISynicClient Client { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    /// <summary>Why this viewer cannot change fields; null: can.</summary>
    [Parameter, EditorRequired]
    public string? Denied { get; set; }

    /// <summary>The value may be another now.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Parameter, EditorRequired]
    public required InspectRow Row { get; set; }

    private string Cli => ShellLine.Inspect(Partition, Row.Path);

    private string Curl => ShellLine.Curl(Partition, Row.Path);

    private string? Exact => Row.Node?.Value?.ToString() is { } exact && exact != InspectText.Of(Row.Node) ? exact : null;

    private async Task ChangeAsync()
    {
        (_busy, _refused) = (true, false);
        var refusal = await Refusals.OfAsync(async () =>
        {
            var done = await Client.ChangeAsync(Partition, Row.Path, _value, CancellationToken.None);
            _answer = $"Changed from {InspectText.Of(done.Old)} to {InspectText.Of(done.New)}.";
            _value = "";
            await OnChanged.InvokeAsync();
        });
        _refused = refusal is not null;
        _answer = refusal ?? _answer;
        _busy = false;
    }
}
