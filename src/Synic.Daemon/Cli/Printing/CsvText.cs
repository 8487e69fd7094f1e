using System.Text;
using System.Text.Json;

namespace Synic.Daemon.Cli.Printing;

/// <summary>API items as comma-separated values: a column for each member, those of a nested object by their path.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="fixedColumns">Null: the members that the first rows have.</param>
internal sealed class CsvText(TextWriter output, IReadOnlyList<string>? fixedColumns = null)
{
    private IReadOnlyList<string>? _columns = fixedColumns;
    private bool _headed;

    /// <summary>Adds rows; the columns stay those of the first time, as a table of a stream needs it.</summary>
    public void Write(IReadOnlyList<JsonElement> items)
    {
        if (_columns is null && items.Count == 0)
        {
            return; // no row says what the columns are
        }

        var rows = items.Select(static i => Flatten(i)).ToList();
        _columns ??= [.. rows.SelectMany(static r => r.Keys).Distinct(StringComparer.Ordinal)];
        if (!_headed)
        {
            _headed = true;
            Line(_columns.Select(static c => Field(c, isText: true)));
        }

        foreach (var row in rows)
        {
            Line(_columns.Select(c => row.TryGetValue(c, out var value) ? Field(value) : ""));
        }
    }

    private static Dictionary<string, JsonElement> Flatten(JsonElement item)
    {
        var row = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        Add(row, "", item);
        return row;
    }

    private static void Add(Dictionary<string, JsonElement> row, string path, JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            row[path.Length == 0 ? "value" : path] = value;
            return;
        }

        foreach (var member in value.EnumerateObject())
        {
            Add(row, path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value);
        }
    }

    private static string Field(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.String => Field(value.GetString()!, isText: true),
        JsonValueKind.Array => Field(value.GetRawText(), isText: true),
        _ => value.GetRawText(),
    };

    // A spreadsheet takes a text that begins like this for a formula, and texts may be a guest's.
    private static string Field(string text, bool isText)
    {
        if (isText && text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
        {
            text = "'" + text;
        }

        return text.AsSpan().ContainsAny("\",\r\n") ? new StringBuilder("\"").Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"').ToString() : text;
    }

    private void Line(IEnumerable<string> fields)
    {
        output.Write(string.Join(',', fields));
        output.Write("\r\n");
    }
}
