using System.Globalization;
using System.Text;

namespace Synic.Daemon.Cli.Printing;

/// <summary>Text from elsewhere, made harmless for a terminal: names and messages may be a guest's.</summary>
internal static class SafeText
{
    /// <summary>Control characters, and those that turn the direction of writing, become <c>\uXXXX</c>.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                safe.Append(rune);
            }
        }

        return safe.ToString();
    }

    /// <summary>The same for several lines: their ends stay.</summary>
    public static string Lines(string text) => string.Join('\n', text.Split('\n').Select(Of));
}
