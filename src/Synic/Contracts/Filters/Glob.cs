namespace Synic.Contracts.Filters;

/// <summary><c>*</c> stands for any characters, also none; case does not count. Never slower than text times pattern.</summary>
internal static class Glob
{
    public static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        int at = 0, next = 0, star = -1, taken = 0;
        while (at < text.Length)
        {
            if (next < pattern.Length && pattern[next] == '*')
            {
                (star, taken) = (next++, at);
            }
            else if (next < pattern.Length && Same(pattern[next], text[at]))
            {
                at++;
                next++;
            }
            else if (star >= 0)
            {
                // Only the last star ever has to take more: what earlier ones took stays right.
                (next, at) = (star + 1, ++taken);
            }
            else
            {
                return false;
            }
        }

        return pattern[next..].IndexOfAnyExcept('*') < 0;
    }

    private static bool Same(char a, char b) => a == b || char.ToUpperInvariant(a) == char.ToUpperInvariant(b);
}
