using System.Globalization;
using System.Text;

namespace Synic.Daemon.Api;

/// <summary>Rows as comma-separated values (RFC 4180), safe to open in a spreadsheet.</summary>
internal sealed class Csv<T>(params Csv<T>.Column[] columns)
{
    /// <summary>What is sent without a limit; more has to be paged.</summary>
    public const int MaxRows = 10_000;

    public const string ContentType = "text/csv";

    /// <param name="rows">In the order of lines.</param>
    /// <param name="fields">Only columns of these, in this order; null for all.</param>
    public string Write(IReadOnlyList<T> rows, IReadOnlyList<string>? fields)
    {
        var shown = fields is null ? columns : [.. fields.SelectMany(f => columns.Where(c => c.Field == f))];
        var text = new StringBuilder();
        text.AppendJoin(',', shown.Select(static c => c.Name)).Append("\r\n");
        foreach (var row in rows)
        {
            for (var i = 0; i < shown.Length; i++)
            {
                text.Append(i == 0 ? "" : ",").Append(Cell(shown[i].Read(row)));
            }

            text.Append("\r\n");
        }

        return text.ToString();
    }

    private static string Cell(object? value) => value switch
    {
        null => "",
        string text => Quote(Harmless(text)),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Quote(Harmless(value.ToString() ?? "")),
    };

    // A spreadsheet takes such a cell for a formula; an apostrophe makes it text.
    private static string Harmless(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;

    private static string Quote(string text) =>
        text.AsSpan().ContainsAny("\",\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    /// <param name="Name">In the first line.</param>
    /// <param name="Field">The member of the JSON that it belongs to.</param>
    /// <param name="Read">Null for an empty cell.</param>
    internal sealed record Column(string Name, string Field, Func<T, object?> Read)
    {
        public Column(string name, Func<T, object?> read)
            : this(name, name, read)
        {
        }
    }
}
