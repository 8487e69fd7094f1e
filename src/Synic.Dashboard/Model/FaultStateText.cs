using MudBlazor;

namespace Synic.Dashboard.Model;

/// <summary>The state of a fault rule: an icon, a colour class and words.</summary>
internal sealed record FaultStateText(string Name, string Icon, string Words)
{
    private static readonly FaultStateText[] s_all =
    [
        new("draft", Icons.Material.Outlined.EditNote, "Written down, never armed. It does nothing."),
        new("armed", Icons.Material.Filled.Bolt, "It acts."),
        new("paused", Icons.Material.Filled.PauseCircleOutline, "Held. Armed again it goes on with its counters."),
        new("exhausted", Icons.Material.Outlined.CheckCircle, "All its hits are made."),
        new("expired", Icons.Material.Outlined.TimerOff, "Its time is over."),
        new("stopped", Icons.Material.Outlined.StopCircle, "Ended by the kill switch, a missed lease or a stop condition."),
    ];

    public static FaultStateText Of(string name) =>
        Array.Find(s_all, s => s.Name == name) ?? new(name, Icons.Material.Filled.HelpOutline, "A state that this version of the page does not know.");
}
