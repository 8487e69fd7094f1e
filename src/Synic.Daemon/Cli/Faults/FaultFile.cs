using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Synic.Daemon.Cli.Faults;

/// <summary>A rule or a set of them in a file: sent as it is, so that the daemon's words about it fit.</summary>
internal static class FaultFile
{
    public const string StandardInput = "-";

    public static Argument<string> Argument(string description) => new("file") { Description = description, HelpName = "FILE" };

    /// <summary>Whether a word means a file, and not the id of something.</summary>
    public static bool IsFile(string name) => name == StandardInput || name.AsSpan().ContainsAny('/', '\\') || File.Exists(name);

    /// <exception cref="UsageException">It has no JSON object.</exception>
    public static async Task<JsonObject> ReadAsync(ClientSession session, string name, CancellationToken cancellation)
    {
        var text = name == StandardInput
            ? await session.Console.In.ReadToEndAsync(cancellation).ConfigureAwait(false)
            : await File.ReadAllTextAsync(name, cancellation).ConfigureAwait(false);
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new UsageException($"{name}: a JSON object is needed");
        }
        catch (JsonException e)
        {
            throw new UsageException(FormattableString.Invariant($"{name}: no JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})"));
        }
    }
}
