namespace Synic.Daemon.Cli.Top;

/// <summary>What somebody at the live table has chosen by keys.</summary>
internal sealed class TopView
{
    public const int MaxFilter = 200;

    private static readonly (char Key, string Sort, bool Descending)[] s_sorts =
    [
        ('r', "callsPerSecond", true),
        ('f', "failuresPerSecond", true),
        ('a', "calls", true),
        ('e', "failures", true),
        ('l', "lastActivity", true),
        ('c', "connection", false),
        ('o', "owner", false),
    ];

    public string Sort { get; private set; } = s_sorts[0].Sort;

    public bool Descending { get; private set; } = true;

    public string? Filter { get; private set; }

    /// <summary>What is being typed as filter; null: nothing is.</summary>
    public string? Typed { get; private set; }

    public bool Paused { get; private set; }

    public bool Help { get; private set; }

    /// <summary>The row at the top.</summary>
    public int Offset { get; private set; }

    /// <summary>As the API's parameter.</summary>
    public string SortText => (Descending ? "-" : "") + Sort;

    /// <param name="filter">From the command line.</param>
    /// <param name="sort">From the command line, as the API has it; null for the usual order.</param>
    public static TopView Of(string? filter, string? sort)
    {
        var view = new TopView { Filter = filter };
        if (sort is not null)
        {
            var name = sort.TrimStart('-');
            view.Sort = Array.Exists(s_sorts, s => s.Sort == name)
                ? name
                : throw new UsageException($"--sort: one of {string.Join(", ", s_sorts.Select(static s => s.Sort))}, with - for descending");
            view.Descending = sort.StartsWith('-');
        }

        return view;
    }

    /// <summary>Does what a key says.</summary>
    /// <param name="key">As typed.</param>
    /// <param name="page">How many rows are shown.</param>
    public TopAction Press(ConsoleKeyInfo key, int page)
    {
        if (key is { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control })
        {
            return TopAction.Quit;
        }

        if (Typed is { } typed)
        {
            return Type(key, typed);
        }

        if (Help)
        {
            Help = false;
            return TopAction.Draw;
        }

        switch (key.Key)
        {
            case ConsoleKey.DownArrow:
                return Move(Offset + 1);
            case ConsoleKey.UpArrow:
                return Move(Offset - 1);
            case ConsoleKey.PageDown:
                return Move(Offset + page);
            case ConsoleKey.PageUp:
                return Move(Offset - page);
            case ConsoleKey.Home:
                return Move(0);
            default:
                return Press(key.KeyChar, page);
        }
    }

    /// <summary>The table has fewer rows than were thought.</summary>
    public void Limit(int total, int page) => Offset = Math.Clamp(Offset, 0, Math.Max(total - page, 0));

    private TopAction Press(char key, int page)
    {
        switch (key)
        {
            case 'q':
                return TopAction.Quit;
            case 'p' or ' ':
                Paused = !Paused;
                return Paused ? TopAction.Draw : TopAction.Load;
            case '/':
                Typed = Filter ?? "";
                return TopAction.Draw;
            case '?' or 'h':
                Help = true;
                return TopAction.Draw;
            case 'R':
                Descending = !Descending;
                return TopAction.Load;
            case 'j':
                return Move(Offset + 1);
            case 'k':
                return Move(Offset - 1);
            case 'g':
                return Move(0);
            case 'G':
                return Move(int.MaxValue - page);
        }

        if (Array.Find(s_sorts, s => s.Key == key) is not { Sort: { } sort } found)
        {
            return TopAction.None;
        }

        (Sort, Descending) = (sort, found.Descending);
        return TopAction.Load;
    }

    private TopAction Type(ConsoleKeyInfo key, string typed)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                Filter = string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();
                Typed = null;
                Offset = 0;
                return TopAction.Load;
            case ConsoleKey.Escape:
                Typed = null;
                return TopAction.Draw;
            case ConsoleKey.Backspace:
                Typed = typed[..Math.Max(typed.Length - 1, 0)];
                return TopAction.Draw;
            case ConsoleKey.U when key.Modifiers == ConsoleModifiers.Control:
                Typed = "";
                return TopAction.Draw;
            default:
                Typed = char.IsControl(key.KeyChar) || typed.Length >= MaxFilter ? typed : typed + key.KeyChar;
                return TopAction.Draw;
        }
    }

    private TopAction Move(int offset)
    {
        Offset = Math.Max(offset, 0);
        return TopAction.Load;
    }
}

/// <summary>What follows from a key.</summary>
internal enum TopAction
{
    None,
    Draw,
    Load,
    Quit,
}
