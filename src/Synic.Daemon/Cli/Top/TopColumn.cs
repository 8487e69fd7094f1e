using Synic.Contracts;
using Synic.Daemon.Cli.Printing;

namespace Synic.Daemon.Cli.Top;

/// <summary>A column of the live table.</summary>
/// <param name="Head">Its name.</param>
/// <param name="Sort">As the API sorts by it; null: it does not.</param>
/// <param name="Width">Characters; of a flexible one the least.</param>
/// <param name="Rank">What goes first on a narrow terminal: the highest.</param>
/// <param name="Cell">A port's.</param>
internal sealed record TopColumn(string Head, string? Sort, int Width, int Rank, Func<PortSummary, DateTimeOffset, Cell> Cell)
{
    public bool Right { get; init; }

    public bool Flexible { get; init; }

    private static readonly TopColumn[] s_all =
    [
        new("CONNECTION", "connection", 10, 0, static (p, _) => new Cell(p.ConnectionText, Tone.Strong)),
        new("KIND", null, 7, 3, static (p, _) => p.Kind),
        new("VTL", null, 3, 10, static (p, _) => Figures.Count(p.MinimumVtl)) { Right = true },
        new("OWNER", "owner", 14, 4, static (p, _) => p.Owner) { Flexible = true },
        new("FAST", null, 9, 8, static (p, _) => PortsCommand.FastPath(p)),
        new("CALLS/S", "callsPerSecond", 8, 1, static (p, _) => Figures.Rate(p.CallsPerSecond)) { Right = true },
        new("FAIL/S", "failuresPerSecond", 7, 2, static (p, _) => Alarm(Figures.Rate(p.FailuresPerSecond), p.FailuresPerSecond > 0)) { Right = true },
        new("CALLS", "calls", 11, 5, static (p, _) => Figures.Count(p.Calls)) { Right = true },
        new("FAILURES", "failures", 9, 6, static (p, _) => Alarm(Figures.Count(p.Failures), p.Failures > 0)) { Right = true },
        new("LAST", "lastActivity", 5, 7, static (p, now) => Figures.Age(p.LastActivity, now)) { Right = true },
        new("REFUSED WITH", null, 24, 9, static (p, _) => Alarm(PortsCommand.Refusals(p.FailuresByStatus), p.Failures > 0)) { Flexible = true },
    ];

    /// <summary>Those that fit, in their order, with what each gets of the width.</summary>
    /// <param name="width">Of the terminal.</param>
    /// <param name="wish">How wide a flexible column would like to be.</param>
    public static IReadOnlyList<(TopColumn Column, int Width)> Fit(int width, Func<TopColumn, int> wish)
    {
        var left = width;
        var kept = new HashSet<TopColumn>();
        foreach (var column in s_all.OrderBy(static c => c.Rank))
        {
            if (column.Width + 1 > left)
            {
                break; // never a less important one instead
            }

            left -= column.Width + 1;
            kept.Add(column);
        }

        var columns = new List<(TopColumn Column, int Width)>();
        foreach (var column in s_all.Where(kept.Contains))
        {
            var more = column.Flexible ? Math.Clamp(wish(column) - column.Width, 0, left) : 0;
            left -= more;
            columns.Add((column, column.Width + more));
        }

        return columns;
    }

    /// <summary>Text in its place, cut where it is too long.</summary>
    public string Place(string text, int width)
    {
        text = text.Length > width ? string.Concat(text.AsSpan(0, Math.Max(width - 1, 0)), "~") : text;
        return Right ? text.PadLeft(width) : text.PadRight(width);
    }

    private static Cell Alarm(string text, bool bad) => new(text, bad ? Tone.Bad : Tone.Plain);
}
