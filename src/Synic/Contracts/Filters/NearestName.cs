namespace Synic.Contracts.Filters;

/// <summary>Finds the name that was probably meant.</summary>
public static class NearestName
{
    private const int MaxDistance = 2;
    private const int MaxLength = 64;

    /// <returns>Null: none is near.</returns>
    public static string? Of(string written, IEnumerable<string> names)
    {
        if (written.Length > MaxLength)
        {
            return null;
        }

        var nearest = names.Select(n => (Name: n, Distance: Distance(n, written))).DefaultIfEmpty((Name: "", Distance: int.MaxValue)).MinBy(static n => n.Distance);

        // Two changes make any two letters equal, so that short names have to be nearer.
        return nearest.Distance <= Math.Min(MaxDistance, Math.Max(1, nearest.Name.Length / 2)) ? nearest.Name : null;
    }

    // Letters added, left out, replaced, or two neighbours in the wrong order.
    private static int Distance(string a, string b)
    {
        var distance = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distance[i, j] = i + j;
                    continue;
                }

                var same = Same(a[i - 1], b[j - 1]);
                var steps = Math.Min(
                    distance[i - 1, j - 1] + (same ? 0 : 1),
                    Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1);
                var swapped = i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]);
                distance[i, j] = swapped ? Math.Min(steps, distance[i - 2, j - 2] + 1) : steps;
            }
        }

        return distance[a.Length, b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
