using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <content>What the cells of a row say; a value that is not known says so and why.</content>
public sealed partial class PortTable
{
    private static RenderFragment Known(PortSummary port, string field, long? value) => value switch
    {
        null => NotKnown(port, field),
        0 => Quiet("0"),
        { } known => builder => builder.AddContent(0, Format.Count(known)),
    };

    private static RenderFragment Rate(PortSummary port) => port.CallsPerSecond switch
    {
        null when port.NotKnown?.ContainsKey("callsPerSecond") == true => NotKnown(port, "callsPerSecond"),
        null => Quiet("…"), // before the first sampling period is over
        0 => Quiet("0"),
        { } rate => builder => builder.AddContent(0, Format.Rate(rate)),
    };

    private static RenderFragment StatusCell(PortSummary port, StatusText status) =>
        port.FailuresByStatus.TryGetValue(status.Name, out var count)
            ? Known(port, "failuresByStatus", count)
            : NotKnown(port, "failuresByStatus");

    private RenderFragment Activity(PortSummary port) => port.LastActivity switch
    {
        null when port.NotKnown?.ContainsKey("lastActivity") == true => NotKnown(port, "lastActivity"),
        null => Quiet("never"),
        { } at => builder => builder.AddContent(0, Format.Ago(at, _shown.AsOf)),
    };

    private static string FastPathHelp(PortSummary port) => port.FastPath switch
    {
        "active" => "The hypervisor signals by itself. Calls on an active fast path make no exit and are not counted here.",
        "suspended" => "Off for now, because something needs to see every call. Calls are counted while it is off.",
        _ => "Every call comes through the port map and is counted.",
    } + (port.MonitorId is { } id ? $" Monitor id {id}." : "");

    private static RenderFragment Quiet(string text) => builder =>
    {
        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "class", "quiet");
        builder.AddContent(2, text);
        builder.CloseElement();
    };

    private static RenderFragment NotKnown(PortSummary port, string field) => builder =>
    {
        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "class", "not-known");
        builder.AddAttribute(2, "title", "Not known: " + (port.NotKnown?.GetValueOrDefault(field) ?? "no reason was given"));
        builder.AddContent(3, Format.NotKnown);
        builder.CloseElement();
    };
}
