using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Synic.Contracts;

namespace Synic.Recording;

/// <summary>Reads a recording line by line; every mistake is told with its line.</summary>
public sealed class RecordingReader
{
    private readonly TextReader _text;
    private int _line;

    private RecordingReader(TextReader text, RecordingHeader header)
    {
        _text = text;
        Header = header;
        _line = 1;
    }

    public RecordingHeader Header { get; }

    /// <summary>The last line said that nothing is missing behind it. Known once all records were read.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Reads the header.</summary>
    /// <exception cref="RecordingFormatException">It is none, or of a newer program.</exception>
    public static async Task<RecordingReader> OpenAsync(TextReader text, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
        var line = await text.ReadLineAsync(cancellation).ConfigureAwait(false);
        if (string.IsNullOrWhiteSpace(line))
        {
            throw new RecordingFormatException(1, "a recording begins with its header, and this is empty");
        }

        var header = Parse(line, 1, RecordingJson.Default.RecordingHeader);
        if (header.Kind != RecordingHeader.KindName)
        {
            throw new RecordingFormatException(1, $"a recording begins with its header, not with '{header.Kind}'");
        }

        return header.SchemaVersion is > 0 and <= RecordingHeader.CurrentSchema
            ? new RecordingReader(text, header)
            : throw new RecordingFormatException(
                1, string.Create(CultureInfo.InvariantCulture, $"this program reads recordings of schema version 1 to {RecordingHeader.CurrentSchema}, not {header.SchemaVersion}"));
    }

    /// <summary>The records, each with its line.</summary>
    /// <exception cref="RecordingFormatException">A line is none of a recording.</exception>
    public async IAsyncEnumerable<(int Line, EventRecord Record)> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await _text.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            _line++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue; // an editor's last line
            }

            if (IsComplete)
            {
                throw new RecordingFormatException(_line, "there is something behind the end");
            }

            if (IsEnd(line))
            {
                Parse(line, _line, RecordingJson.Default.RecordingEnd);
                IsComplete = true;
                continue;
            }

            yield return (_line, Parse(line, _line, RecordingJson.Default.EventRecord));
        }
    }

    // Looked at as JSON, not as text: members may come in any order.
    private bool IsEnd(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("kind", out var kind)
                && kind.ValueKind == JsonValueKind.String
                && kind.ValueEquals(RecordingEnd.KindName);
        }
        catch (JsonException e)
        {
            throw new RecordingFormatException(_line, $"is not JSON (byte {e.BytePositionInLine + 1})", e);
        }
    }

    private static T Parse<T>(string text, int line, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw new RecordingFormatException(line, "is null");
        }
        catch (JsonException e)
        {
            throw new RecordingFormatException(line, Explain(e), e);
        }
    }

    private static string Explain(JsonException e) => e.Path is { Length: > 2 } path
        ? $"'{path[2..]}' has a value of the wrong type or range"
        : e.Message.Contains("missing required", StringComparison.Ordinal)
            ? $"lacks {e.Message[(e.Message.LastIndexOf(':') + 1)..].Trim().TrimEnd('.')}"
            : $"is not JSON (byte {e.BytePositionInLine + 1})";
}
