using System.Globalization;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;

namespace Synic.Daemon.Cli.Top;

/// <summary>Lays a moment out as lines of a screen.</summary>
internal sealed class TopFrame(TopView view, TopData data, string address, int width, int height)
{
    private static readonly string[] s_keys =
        ["q quit", "p pause", "/ filter", "? help", "sort: r calls/s", "f fail/s", "a calls", "e failures", "l last", "o owner", "c connection", "R reverse"];

    private static readonly string[] s_help =
    [
        "q, Ctrl+C     quit",
        "p, space      pause the picture; again goes on",
        "/             filter: Enter takes it, Esc leaves it; empty shows all",
        "r f           sort by calls a second, failures a second",
        "a e           sort by all calls, all failures",
        "l o c         sort by last activity, owner, connection id",
        "R             the other way round",
        "j k, arrows   scroll by a row; PgUp and PgDn by a page; g or Home to the top, G to the end",
    ];

    private const int Utf8 = 65001;

    /// <summary>Too low a terminal keeps the table and loses what is above it.</summary>
    private const int HeightForSummary = 10;

    private const int MaxTrouble = 4;

    /// <summary>Something went wrong, to be told at the bottom; each line for itself.</summary>
    public IReadOnlyList<string> Trouble { get; init; } = [];

    public bool WithKeys { get; init; } = true;

    /// <summary>Marks the column that is sorted by: downwards, upwards.</summary>
    public (string Down, string Up) Marks { get; init; } = ("v", "^");

    public static (string Down, string Up) MarksFor(System.Text.Encoding encoding) => encoding.CodePage == Utf8 ? ("↓", "↑") : ("v", "^");

    /// <summary>Rows of the table that such a screen has room for.</summary>
    public static int Rows(int height) => Math.Max(height - (height >= HeightForSummary ? 6 : 4), 1);

    public IReadOnlyList<ScreenLine> Compose()
    {
        var lines = new List<ScreenLine> { Title() };
        if (height >= HeightForSummary)
        {
            lines.Add(Traffic(data.Partition.Traffic));
            lines.Add(Refused(data.Partition.Traffic));
        }

        lines.Add(State());
        if (view.Help)
        {
            lines.AddRange(s_help.Select(static l => new ScreenLine().Add("  " + l)));
        }
        else
        {
            AddTable(lines);
        }

        var bottom = Bottom();
        if (WithKeys)
        {
            var room = Math.Max(height - bottom.Count, 1);
            while (lines.Count < room)
            {
                lines.Add(new ScreenLine());
            }

            lines.RemoveRange(room, lines.Count - room);
        }

        lines.AddRange(bottom);
        return lines;
    }

    private ScreenLine Title()
    {
        var partition = data.Partition;
        var line = new ScreenLine()
            .Add("synicd top", Tone.Strong)
            .Add("  ").Add(partition.Name, Tone.Strong)
            .Add("  ").Add(partition.State, partition.State is "running" ? Tone.Good : Tone.Bad)
            .Add(Text($"  {partition.Backend}, SynIC {partition.SynicMode}, {partition.Vps} VPs, guest {partition.Guest.Kind}"));
        var clock = data.Ports.AsOf.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var right = $"{address}  {clock}";
        return line.Length + right.Length + 2 <= width ? line.AddRight(right, width, Tone.Dim) : line.AddRight(clock, width, Tone.Dim);
    }

    private static ScreenLine Traffic(TrafficSummary traffic) => new ScreenLine()
        .Add("posts ").Add($"{Figures.Rate(traffic.PostsPerSecond)}/s", Tone.Strong)
        .Add("  signals ").Add($"{Figures.Rate(traffic.SignalsPerSecond)}/s", Tone.Strong)
        .Add("  failures ").Add($"{Figures.Rate(traffic.FailuresPerSecond)}/s", traffic.FailuresPerSecond > 0 ? Tone.Bad : Tone.Strong)
        .Add(Text($"  guest messages {traffic.GuestMessagesDelivered} delivered, "))
        .Add(Text($"{traffic.GuestMessagesWaiting} waiting"), traffic.GuestMessagesWaiting > 0 ? Tone.Strong : Tone.Plain)
        .Add(", ")
        .Add(Text($"{traffic.GuestMessagesDropped} dropped"), traffic.GuestMessagesDropped > 0 ? Tone.Bad : Tone.Plain);

    private static ScreenLine Refused(TrafficSummary traffic) => new ScreenLine()
        .Add("refused  ").Add(PortsCommand.Refusals(traffic.FailuresByStatus), traffic.FailuresByStatus.Count > 0 ? Tone.Bad : Tone.Plain);

    private ScreenLine State()
    {
        var shown = Shown();
        var line = new ScreenLine().Add(shown.Count == 0
            ? Text($"ports  none of {data.Ports.Total}")
            : Text($"ports  {view.Offset + 1}-{view.Offset + shown.Count} of {data.Ports.Total}"));
        if (view.Filter is { } filter)
        {
            line.Add("  filter ").Add(filter, Tone.Strong);
        }

        return view.Paused ? line.Add("  ").Add("PAUSED, p goes on", Tone.Bad) : line;
    }

    private void AddTable(List<ScreenLine> lines)
    {
        var shown = Shown();
        var columns = TopColumn.Fit(width, column => shown.Select(p => SafeText.Of(column.Cell(p, data.Ports.AsOf).Text ?? "").Length).DefaultIfEmpty().Max());
        var head = new ScreenLine { Inverse = true };
        foreach (var (column, space) in columns)
        {
            var mark = column.Sort is not null && column.Sort == view.Sort ? (view.Descending ? Marks.Down : Marks.Up) : "";
            head.Add(column.Place(column.Head + mark, space), mark.Length > 0 ? Tone.Strong : Tone.Plain).Add(" ");
        }

        lines.Add(head);
        foreach (var port in shown)
        {
            var line = new ScreenLine();
            foreach (var (column, space) in columns)
            {
                var cell = column.Cell(port, data.Ports.AsOf);
                line.Add(column.Place(SafeText.Of(cell.Text ?? Figures.NotKnown), space), cell.Tone).Add(" ");
            }

            lines.Add(line);
        }

        if (data.Ports.Total == 0)
        {
            lines.Add(new ScreenLine().Add(view.Filter is null ? "the partition has no ports" : "no port matches the filter", Tone.Dim));
        }
    }

    private List<ScreenLine> Bottom()
    {
        var lines = Trouble.SelectMany(Fold).Take(MaxTrouble).Select(static t => new ScreenLine().Add(t, Tone.Bad)).ToList();
        if (view.Typed is { } typed)
        {
            lines.Add(new ScreenLine().Add("filter: ", Tone.Strong).Add(typed).Add("_"));
        }
        else if (WithKeys)
        {
            lines.Add(new ScreenLine().Add(view.Help ? "any key goes back" : Keys(), Tone.Dim));
        }

        return lines;
    }

    private IEnumerable<string> Fold(string text) => SafeText.Of(text).Chunk(Math.Max(width, 1)).Select(static c => new string(c));

    // As many as there is room for; help has all.
    private string Keys()
    {
        var text = "";
        foreach (var key in s_keys.TakeWhile(k => text.Length + k.Length + 2 <= width))
        {
            text += (text.Length > 0 ? "  " : "") + key;
        }

        return text;
    }

    private List<PortSummary> Shown() => [.. data.Ports.Items.Skip(view.Offset).Take(Rows(height))];

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
