using System.Text.Json;

namespace Synic.Dashboard.Client;

/// <summary>The daemon refused, and said why (RFC 9457).</summary>
public sealed class SynicProblemException : Exception
{
    public SynicProblemException()
        : this("The daemon refused.")
    {
    }

    public SynicProblemException(string message)
        : base(message)
    {
    }

    public SynicProblemException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <param name="status">HTTP.</param>
    /// <param name="problem">The document; something else when it was no daemon that answered.</param>
    public SynicProblemException(int status, JsonElement problem)
        : base(Text(problem, "detail") ?? Text(problem, "title") ?? $"The daemon answered with HTTP status {status}.")
    {
        Status = status;
        Code = Text(problem, "code") ?? $"http_{status}";
        Document = problem;
    }

    /// <summary>HTTP; 0 when not known.</summary>
    public int Status { get; }

    /// <summary>Stable, snake_case.</summary>
    public string Code { get; } = "unknown";

    /// <summary>All that was said.</summary>
    public JsonElement Document { get; }

    /// <summary>The caller lacks a token or a right, or the daemon's own leave.</summary>
    public bool IsForbidden => Status is 401 or 403;

    /// <summary>What was probably meant.</summary>
    public string? Suggestion => Text(Document, "suggestion");

    /// <summary>Where in a text the mistake is, counted from 1; null when it is not about a place.</summary>
    public int? Position =>
        Document.ValueKind is JsonValueKind.Object && Document.TryGetProperty("position", out var value)
            && value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var position) ? position : null;

    /// <summary>Fields by their paths, and what is wrong with them; empty when it is not about fields.</summary>
    public IReadOnlyDictionary<string, string[]> Errors =>
        Document.ValueKind is JsonValueKind.Object && Document.TryGetProperty("errors", out var errors) && errors.ValueKind is JsonValueKind.Object
            ? errors.EnumerateObject().ToDictionary(static e => e.Name, static e => Texts(e.Value)) : new Dictionary<string, string[]>();

    private static string[] Texts(JsonElement list) => list.ValueKind is JsonValueKind.Array
        ? [.. list.EnumerateArray().Where(static t => t.ValueKind is JsonValueKind.String).Select(static t => t.GetString()!)] : [];

    private static string? Text(JsonElement problem, string name) =>
        problem.ValueKind is JsonValueKind.Object && problem.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString() : null;
}
