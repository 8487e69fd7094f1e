using Microsoft.AspNetCore.Components;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>One line of the tree; rendered again only when it is another one.</summary>
public sealed partial class InspectLine
{
    private (InspectRow Row, bool Chosen, bool Stop, bool MayReveal) _rendered;

    [Parameter, EditorRequired]
    public required InspectRow Row { get; set; }

    [Parameter]
    public bool Chosen { get; set; }

    /// <summary>The Tab key comes here; the arrow keys go on.</summary>
    [Parameter]
    public bool Stop { get; set; }

    [Parameter]
    public bool MayReveal { get; set; }

    [Parameter]
    public EventCallback<InspectRow> OnChoose { get; set; }

    [Parameter]
    public EventCallback<InspectRow> OnToggle { get; set; }

    [Parameter]
    public EventCallback<InspectRow> OnMore { get; set; }

    [Parameter]
    public EventCallback<InspectRow> OnReveal { get; set; }

    private string Tab => Stop ? "0" : "-1";

    private string Class => $"inspect-row{(Chosen ? " inspect-chosen" : "")}{(Row.Found ? " inspect-found" : "")}{(Row.Kind == InspectRowKind.Removed ? " inspect-removed" : "")}";

    private string Indent => FormattableString.Invariant($"--level: {Row.Level - 1}");

    private string? Expanded => Row.CanOpen ? (Row.Open ? "true" : "false") : null;

    private string? ValueClass => Row.Kind switch
    {
        InspectRowKind.Problem when Row.Node?.Kind == "error" => "failing",
        InspectRowKind.Problem => "attention",
        _ => null,
    };

    private string? Hint => Row.Node is { NotKnown: { } why } ? $"Not known: {why}" : Row.Node?.Value?.ToString();

    protected override bool ShouldRender()
    {
        var now = (Row, Chosen, Stop, MayReveal);
        var differs = now != _rendered;
        _rendered = now;
        return differs;
    }
}
