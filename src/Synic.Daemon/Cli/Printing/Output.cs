using System.Text.Json;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli.Printing;

/// <summary>Prints answers in the format that was asked for; standard output gets nothing else.</summary>
internal sealed class Output(CliConsole console, OutputFormat format)
{
    private CsvText? _csv;

    public OutputFormat Format => format;

    public bool ForPeople => format is OutputFormat.Table;

    /// <summary>A list: one JSON document, or an item a line.</summary>
    public void List<T>(SynicAnswer<ListPage<T>> answer, Func<ListPage<T>, TextTable> table) =>
        Write(answer.Json, answer.Json.TryGetProperty("items", out var items) ? [.. items.EnumerateArray()] : [], () => table(answer.Value));

    /// <summary>One thing.</summary>
    public void One<T>(SynicAnswer<T> answer, Func<T, TextTable> table)
        where T : notnull => Write(answer.Json, [answer.Json], () => table(answer.Value));

    /// <summary>An item of a stream.</summary>
    public void Item(JsonElement item, Action print)
    {
        if (ForPeople)
        {
            print();
        }
        else if (format is OutputFormat.Csv)
        {
            Csv([item]);
        }
        else
        {
            Json(item);
        }
    }

    /// <param name="json">The whole answer.</param>
    /// <param name="items">What it has of rows.</param>
    /// <param name="table">For people.</param>
    public void Write(JsonElement json, IReadOnlyList<JsonElement> items, Func<TextTable> table)
    {
        switch (format)
        {
            case OutputFormat.Json:
                Json(json);
                break;
            case OutputFormat.NdJson:
                foreach (var item in items)
                {
                    Json(item);
                }

                break;
            case OutputFormat.Csv:
                Csv(items);
                break;
            default:
                table().Write(console);
                break;
        }
    }

    /// <summary>For people, beside the answer: standard output is for the answer alone.</summary>
    public void Note(string text)
    {
        if (ForPeople)
        {
            console.Error.WriteLine(SafeText.Of(text));
        }
    }

    /// <summary>The columns of a stream, of which the first item does not have all.</summary>
    public void Columns(params string[] columns) => _csv = new CsvText(console.Out, columns);

    private void Csv(IReadOnlyList<JsonElement> items) => (_csv ??= new CsvText(console.Out)).Write(items);

    // The daemon's answers have no line breaks outside texts; those of another server might.
    private void Json(JsonElement json)
    {
        var text = json.GetRawText();
        console.Out.WriteLine(text.AsSpan().ContainsAny('\n', '\r') ? JsonSerializer.Serialize(json) : text);
    }
}
