using Spectre.Console;

namespace Synic.Daemon.Cli.Printing;

/// <summary>A table for people: columns as wide as they need to be, nothing wrapped, nothing cut.</summary>
internal sealed class TextTable
{
    // Wide enough that no column is ever squeezed: a terminal that is too narrow folds the lines by itself.
    private const int Width = 100_000;

    private readonly Table _table = new() { Border = TableBorder.None, ShowHeaders = true };

    public TextTable(params ReadOnlySpan<string> columns)
    {
        foreach (var name in columns)
        {
            Column(name);
        }
    }

    public TextTable Column(string name)
    {
        var numbers = name.StartsWith('>');
        var column = new TableColumn(new Text(numbers ? name[1..] : name, s_strong)).NoWrap();
        column.Padding = new Padding(0, 0, 2, 0);
        _table.AddColumn(numbers ? column.RightAligned() : column);
        return this;
    }

    public bool IsEmpty => _table.Rows.Count == 0;

    private static readonly Style s_strong = new(decoration: Decoration.Bold);

    /// <summary>A row of cells, each a text or a text with a tone.</summary>
    public TextTable Row(params ReadOnlySpan<Cell> cells)
    {
        var row = new List<Text>(cells.Length);
        foreach (var cell in cells)
        {
            row.Add(new Text(SafeText.Of(cell.Text ?? Figures.NotKnown), StyleOf(cell.Tone)));
        }

        _table.AddRow(row);
        return this;
    }

    public void Write(CliConsole console)
    {
        using var text = new StringWriter();
        var writer = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = console.Colors ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = console.Colors ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        writer.Profile.Width = Width;
        writer.Write(_table);
        foreach (var line in text.ToString().TrimEnd('\n', '\r').Split('\n'))
        {
            console.Out.WriteLine(line.TrimEnd());
        }
    }

    private static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Strong => s_strong,
        Tone.Dim => new Style(Color.Grey),
        Tone.Good => new Style(Color.Green),
        Tone.Bad => new Style(Color.Red),
        _ => Style.Plain,
    };
}

/// <summary>One cell of a table.</summary>
internal readonly record struct Cell(string? Text, Tone Tone = Tone.Plain)
{
    public static implicit operator Cell(string? text) => new(text);
}
