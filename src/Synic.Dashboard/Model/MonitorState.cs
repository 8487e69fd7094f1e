using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>The one thing to say about a monitor id in a cell: a letter, a colour class and words.</summary>
internal sealed record MonitorState(string Letter, string Class, string Words)
{
    public static readonly MonitorState Free = new("·", "free", "free");
    public static readonly MonitorState Bound = new("B", "bound", "bound, not triggered just now");
    public static readonly MonitorState Triggered = new("T", "triggered", "bound, triggered within 3 s");

    public static readonly IReadOnlyList<MonitorState> All = [Free, Bound, Triggered];

    public static MonitorState Of(MonitorCell cell, bool recent) =>
        cell.Connection is null ? Free : recent ? Triggered : Bound;
}
