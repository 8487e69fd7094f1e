using System.Text;

namespace Synic.Tests.Architecture;

/// <summary>C# source without what is no code: comments and the insides of strings become spaces, lines stay.</summary>
internal static class SourceText
{
    public static string CodeOf(string source)
    {
        var code = new StringBuilder(source.Length);
        var i = 0;
        while (i < source.Length)
        {
            var end = EndOfNonCode(source, i);
            if (end == i)
            {
                code.Append(source[i++]);
                continue;
            }

            for (; i < end; i++)
            {
                code.Append(source[i] is '\n' ? '\n' : ' ');
            }
        }

        return code.ToString();
    }

    // Where the comment, string or character that begins here ends; here itself when none does.
    private static int EndOfNonCode(string s, int i)
    {
        if (At(s, i, "//"))
        {
            return IndexOrEnd(s, "\n", i, past: false);
        }

        if (At(s, i, "/*"))
        {
            return IndexOrEnd(s, "*/", i + 2, past: true);
        }

        if (s[i] == '\'')
        {
            return EndOfQuoted(s, i + 1, '\'');
        }

        if (s[i] != '"')
        {
            return i;
        }

        if (i > 0 && (s[i - 1] == '@' || (i > 1 && s[i - 1] == '$' && s[i - 2] == '@')))
        {
            return EndOfVerbatim(s, i + 1);
        }

        var quotes = 1;
        while (i + quotes < s.Length && s[i + quotes] == '"')
        {
            quotes++;
        }

        if (quotes >= 3)
        {
            return IndexOrEnd(s, new string('"', quotes), i + quotes, past: true);
        }

        return EndOfQuoted(s, i + 1, '"');
    }

    private static int EndOfQuoted(string s, int i, char quote)
    {
        while (i < s.Length && s[i] != quote && s[i] != '\n')
        {
            i += s[i] == '\\' ? 2 : 1;
        }

        return Math.Min(i + 1, s.Length);
    }

    private static int EndOfVerbatim(string s, int i)
    {
        while (i < s.Length && (s[i] != '"' || At(s, i, "\"\"")))
        {
            i += s[i] == '"' ? 2 : 1;
        }

        return Math.Min(i + 1, s.Length);
    }

    private static bool At(string s, int i, string what) => string.CompareOrdinal(s, i, what, 0, what.Length) == 0;

    private static int IndexOrEnd(string s, string what, int from, bool past)
    {
        var found = from <= s.Length ? s.IndexOf(what, from, StringComparison.Ordinal) : -1;
        return found < 0 ? s.Length : found + (past ? what.Length : 0);
    }
}
