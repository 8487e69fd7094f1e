using System.Text;

namespace Synic.Daemon.Cli.Top;

/// <summary>The whole terminal, for as long as it lives; afterwards it is as it was.</summary>
internal sealed class Screen : IDisposable
{
    // The other screen, no cursor, no folding of long lines.
    private const string Enter = "\e[?1049h\e[?25l\e[?7l";
    private const string Leave = "\e[0m\e[?7h\e[?25h\e[?1049l";

    private readonly CliConsole _console;
    private bool _left;

    public Screen(CliConsole console)
    {
        _console = console;
        _console.Out.Write(Enter);
        _console.Out.Flush();
    }

    public void Draw(IEnumerable<ScreenLine> lines, int width)
    {
        var picture = new StringBuilder("\e[?2026h\e[H");
        picture.AppendJoin("\r\n", lines.Select(l => $"{l.Render(width, _console.Colors)}\e[K"));
        _console.Out.Write(picture.Append("\e[J\e[?2026l").ToString());
        _console.Out.Flush();
    }

    public void Dispose()
    {
        if (!_left)
        {
            _left = true;
            _console.Out.Write(Leave);
            _console.Out.Flush();
        }
    }
}
