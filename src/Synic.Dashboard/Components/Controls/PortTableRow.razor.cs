using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>One row of the port table; rendered only when something in it reads differently.</summary>
public sealed partial class PortTableRow
{
    private (PortSummary, IReadOnlyList<PortColumn>, int, string, string, bool, bool)? _rendered;
    private bool _changed;
    private string _activity = "";
    private string _since = "";
    private string? _copies;

    [Parameter, EditorRequired]
    public required PortSummary Port { get; set; }

    [Parameter, EditorRequired]
    public required DateTimeOffset AsOf { get; set; }

    [Parameter, EditorRequired]
    public required RateHistory History { get; set; }

    [Parameter]
    public bool IsFrozen { get; set; }

    [Parameter]
    public bool IsDecimal { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<PortColumn> Columns { get; set; }

    [Parameter, EditorRequired]
    public required PortLinks Links { get; set; }

    private RenderFragment Activity => Port.LastActivity switch
    {
        null when Port.NotKnown?.ContainsKey("lastActivity") == true => NotKnown("lastActivity"),
        null => Quiet("never"),
        _ => Text(_activity),
    };

    protected override void OnParametersSet()
    {
        _activity = Port.LastActivity is { } at ? Format.Ago(at, AsOf) : "";
        _since = Format.Ago(Port.Since, AsOf);
        _copies ??= Links.Copies(Port); // of what does not change: a port that was replaced is another row
        var version = IsFrozen || History.Maximum == 0 ? -1 : History.Version; // a flat line is the same line
        var now = (Port, Columns, version, _activity, _since, IsFrozen, IsDecimal);
        _changed = _rendered is not { } before || !now.Equals(before);
        _rendered = now;
    }

    protected override bool ShouldRender() => _changed;

    private string? CellClass(PortColumn column) => column.Id switch
    {
        PortSort.Connection => "mono",
        PortSort.Owner => "owner",
        PortSort.Rate => "num rate",
        PortSort.Failures => Port.Failures > 0 ? "num total failing" : "num total",
        PortSort.FastPath => "fast-" + Port.FastPath,
        _ => column.IsNumber ? "num" : null,
    };

    private string? CellTitle(PortColumn column) => column.Id switch
    {
        PortSort.Owner => Port.Owner,
        PortSort.Activity => Port.LastActivity is { } at ? Format.Absolute(at) : "No call since it was registered",
        PortSort.FastPath => FastPathHelp(Port),
        PortSort.Since => Format.Absolute(Port.Since),
        _ => null,
    };

    private static string FastPathHelp(PortSummary port) => port.FastPath switch
    {
        "active" => "The hypervisor signals by itself. Calls on an active fast path make no exit and are not counted here.",
        "suspended" => "Off for now, because something needs to see every call. Calls are counted while it is off.",
        _ => "Every call comes through the port map and is counted.",
    } + (port.MonitorId is { } id ? $" Monitor id {id}." : "");

    private RenderFragment Known(string field, long? value) => value switch
    {
        null => NotKnown(field),
        0 => Quiet("0"),
        { } known => Text(Format.Count(known)),
    };

    private RenderFragment Rate(string field, double? value) => value switch
    {
        null when Port.NotKnown?.ContainsKey(field) == true => NotKnown(field),
        null => Quiet("…"), // before the first sampling period is over
        0 => Quiet("0"),
        { } rate => Text(Format.Rate(rate)),
    };

    private static RenderFragment Text(string text) => builder => builder.AddContent(0, text);

    private static RenderFragment Quiet(string text) => builder =>
    {
        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "class", "quiet");
        builder.AddContent(2, text);
        builder.CloseElement();
    };

    private RenderFragment NotKnown(string field) => builder =>
    {
        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "class", "not-known");
        builder.AddAttribute(2, "title", "Not known: " + (Port.NotKnown?.GetValueOrDefault(field) ?? "no reason was given"));
        builder.AddContent(3, Format.NotKnown);
        builder.CloseElement();
    };
}
