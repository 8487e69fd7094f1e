using System.Collections.Immutable;

namespace Synic.Inspection;

/// <summary>The way to a node: names with slashes between them; slashes too many mean nothing.</summary>
public sealed class InspectPath
{
    /// <summary>Characters.</summary>
    public const int MaxLength = 4096;

    private InspectPath(ImmutableArray<string> segments) => Segments = segments;

    public static InspectPath Root { get; } = new([]);

    public ImmutableArray<string> Segments { get; }

    /// <param name="text">As somebody typed it, percent signs decoded.</param>
    /// <param name="path">The root when false is returned.</param>
    /// <param name="problem">Why not, for people.</param>
    public static bool TryParse(string? text, out InspectPath path, out string? problem)
    {
        text ??= "";
        path = Root;
        problem = text.Length > MaxLength ? $"a path has at most {MaxLength} characters, this one has {text.Length}"
            : text.Any(char.IsControl) ? "a path has no control characters"
            : null;
        if (problem is not null)
        {
            return false;
        }

        path = new InspectPath([.. text.Split('/', StringSplitOptions.RemoveEmptyEntries)]);
        return true;
    }

    /// <exception cref="FormatException">It is no path.</exception>
    public static InspectPath Parse(string? text) =>
        TryParse(text, out var path, out var problem) ? path : throw new FormatException(problem);

    public override string ToString() => string.Join('/', Segments);

    internal static string Join(string parent, string name) => parent.Length == 0 ? name : $"{parent}/{name}";
}
