using System.Globalization;
using System.Text;

namespace Synic.Dashboard.Model;

/// <summary>Rows as comma-separated values (RFC 4180) that a spreadsheet does not take for formulas.</summary>
internal static class CsvExport
{
    /// <param name="output">Gets UTF-8.</param>
    /// <param name="columns">Title, and the value of a row: null, a number, a time or a text.</param>
    /// <param name="rows">In the order of lines.</param>
    public static void Write<T>(Stream output, IReadOnlyList<(string Title, Func<T, object?> Read)> columns, IEnumerable<T> rows)
    {
        using var text = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n" };
        text.WriteLine(string.Join(',', columns.Select(static c => Cell(c.Title))));
        foreach (var row in rows)
        {
            text.WriteLine(string.Join(',', columns.Select(c => Cell(c.Read(row)))));
        }
    }

    private static string Cell(object? value) => value switch
    {
        null => "",
        string text => Quote(Harmless(text)),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Quote(Harmless(value.ToString() ?? "")),
    };

    // Such a cell would be a formula; an apostrophe makes it text. Some spreadsheets drop blanks first.
    private static string Harmless(string text) =>
        text.TrimStart(' ') is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] ? "'" + text : text;

    private static string Quote(string text) =>
        text.AsSpan().ContainsAny("\",\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
