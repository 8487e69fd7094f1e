using System.Text.Json;
using Synic.Contracts;

namespace Synic.Daemon.Cli.Printing;

/// <summary>A piece of a tree as a list: what ends a branch, with its path.</summary>
internal static class InspectLines
{
    /// <param name="path">Of the node, from the root.</param>
    /// <param name="node">Typed, as the API sends it.</param>
    public static IEnumerable<(string Path, InspectedNode Node)> Of(string path, InspectedNode node)
    {
        var open = new Stack<(string Path, InspectedNode Node)>([(path, node)]); // a tree may be deeper than calls can nest
        while (open.TryPop(out var next))
        {
            if (next.Node.Children is not { Count: > 0 } children)
            {
                yield return next;
                continue;
            }

            for (var i = children.Count - 1; i >= 0; i--)
            {
                open.Push((next.Path.Length == 0 ? children[i].Name : $"{next.Path}/{children[i].Name}", children[i].Node));
            }
        }
    }

    /// <summary>What stands at a path, for people.</summary>
    public static string Text(InspectedNode? node) => node switch
    {
        null => Figures.NotKnown,
        { Kind: "dir", Hidden: > 0 and var hidden } => $"{{{hidden} hidden}}",
        { Kind: "dir" } => "{}",
        { Kind: "error" } => $"error ({node.Code}: {node.Message})",
        { Kind: "unevaluated" } => $"_ ({node.Reason})",
        { NotKnown: { } reason } => $"not known ({reason})",
        { Value: { ValueKind: JsonValueKind.String } text, Kind: "string" } => $"\"{text.GetString()}\"",
        { Value: { ValueKind: JsonValueKind.String } text } => text.GetString()!,
        { Value: { } value } => value.GetRawText() + (node.Unit is { } unit ? $" {unit}" : ""),
        _ => Figures.NotKnown,
    };

    /// <summary>As <see cref="Text"/>, but a value without its quotes and unit.</summary>
    public static string Bare(InspectedNode node) => node switch
    {
        { NotKnown: null, Value: { ValueKind: JsonValueKind.String } text } => text.GetString()!,
        { NotKnown: null, Value: { } value } => value.GetRawText(),
        _ => Text(node),
    };

    /// <summary>A line for scripts: the path and all that is known of the node.</summary>
    public static JsonElement Row(string path, InspectedNode node) => JsonSerializer.SerializeToElement(new
    {
        path,
        kind = node.Kind,
        value = node.Value,
        format = node.Format,
        unit = node.Unit,
        counter = node.Counter,
        sensitivity = node.Sensitivity,
        mutable = node.Mutable,
        code = node.Code,
        reason = node.Reason ?? node.NotKnown,
    });
}
