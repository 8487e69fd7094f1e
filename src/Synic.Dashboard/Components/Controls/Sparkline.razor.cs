using Microsoft.AspNetCore.Components;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>The last minute of a rate as a line, without a scale: the number stands beside it.</summary>
public sealed partial class Sparkline
{
    private string _line = "";
    private string _area = "";
    private (RateHistory? History, int Version, int Width, int Height) _drawn;
    private bool _changed = true;

    [Parameter, EditorRequired]
    public required RateHistory History { get; set; }

    [Parameter]
    public int Width { get; set; } = 120;

    [Parameter]
    public int Height { get; set; } = 28;

    [Parameter]
    public string Label { get; set; } = "Last minute";

    [Parameter]
    public string? Class { get; set; }

    /// <summary>What is drawn stays, though points may come.</summary>
    [Parameter]
    public bool Frozen { get; set; }

    protected override void OnParametersSet()
    {
        var wanted = (History, History.Version, Width, Height);
        _changed = _drawn != wanted && !(Frozen && _drawn.History == History);
        if (!_changed)
        {
            return;
        }

        _drawn = wanted;
        _line = SparkPath.Line(History.Points, History.Count, History.Maximum, Width, Height);
        _area = SparkPath.Area(_line, History.Count, Width, Height);
    }

    // Snapshots come four times as often as points.
    protected override bool ShouldRender() => _changed;
}
