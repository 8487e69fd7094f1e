using System.Text;
using Synic.Daemon.Cli.Printing;

namespace Synic.Daemon.Cli.Top;

/// <summary>One line of a screen: pieces of text, each with a tone.</summary>
internal sealed class ScreenLine
{
    private readonly List<(string Text, Tone Tone)> _pieces = [];

    /// <summary>Dark on light: the head of the table.</summary>
    public bool Inverse { get; init; }

    public int Length { get; private set; }

    public ScreenLine Add(string text, Tone tone = Tone.Plain)
    {
        _pieces.Add((SafeText.Of(text), tone));
        Length += _pieces[^1].Text.Length;
        return this;
    }

    /// <summary>Fills up with spaces, so that what follows stands at the right edge.</summary>
    public ScreenLine AddRight(string text, int width, Tone tone = Tone.Plain) =>
        Length + text.Length < width ? Add(new string(' ', width - Length - text.Length)).Add(text, tone) : this;

    /// <summary>As many characters as fit, with the codes of a terminal or without.</summary>
    public string Render(int width, bool colors)
    {
        var line = new StringBuilder();
        var left = width;
        if (Inverse && colors)
        {
            line.Append("\e[7m");
        }

        foreach (var (text, tone) in _pieces)
        {
            var shown = text.Length <= left ? text : text[..left];
            left -= shown.Length;
            var code = colors ? Code(tone) : "";
            line.Append(code).Append(shown).Append(code.Length > 0 ? "\e[22;39m" : "");
        }

        if (Inverse && colors)
        {
            line.Append(' ', left).Append("\e[27m");
        }

        return colors ? line.ToString() : line.ToString().TrimEnd();
    }

    private static string Code(Tone tone) => tone switch
    {
        Tone.Strong => "\e[1m",
        Tone.Dim => "\e[90m",
        Tone.Good => "\e[32m",
        Tone.Bad => "\e[31m",
        _ => "",
    };
}
