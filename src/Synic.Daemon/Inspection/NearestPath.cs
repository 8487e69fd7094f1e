using Synic.Inspection;

namespace Synic.Daemon.Inspection;

/// <summary>For a path to nothing: how far there is something, and what there is instead.</summary>
internal static class NearestPath
{
    private const int MaxShown = 20;

    /// <summary>Longer names than this are compared by their beginning only.</summary>
    private const int MaxCompared = 64;

    /// <returns>A sentence for people.</returns>
    public static async Task<string> DescribeAsync(IInspectable root, InspectRequest request, CancellationToken cancellation)
    {
        var segments = request.Path.Segments;
        var start = request.Time.GetTimestamp();
        var here = await NodeAsync(0).ConfigureAwait(false);
        var known = 0;
        while (known < segments.Length && request.Time.GetElapsedTime(start) < request.Timeout)
        {
            var node = await NodeAsync(known + 1).ConfigureAwait(false);
            if (node is InspectFailure { Code: InspectFailure.PathNotFound or InspectFailure.NotADirectory })
            {
                break;
            }

            (here, known) = (node, known + 1);
        }

        if (known == segments.Length)
        {
            return $"There was no '{Cut(request.Path.ToString())}', but there is now: ask again.";
        }

        var parent = known == 0 ? "the root" : $"'{Cut(string.Join('/', segments.Take(known)))}'";
        return $"There is no '{Cut(segments[known])}' in {parent}. {Children(here, segments[known])}";

        async Task<InspectNode> NodeAsync(int length)
        {
            var path = InspectPath.Parse(string.Join('/', segments.Take(length)));
            var look = request with { Path = path, Depth = 0, After = null, PageSize = InspectRequest.MaxPageSize };
            return (await Inspector.InspectAsync(root, look, cancellation).ConfigureAwait(false)).Node;
        }
    }

    private static string Children(InspectNode node, string missing)
    {
        switch (node)
        {
            case InspectDirectory { Children.IsEmpty: true }:
                return "It is empty.";
            case InspectDirectory directory:
                var names = directory.Children.Select(static c => c.Name).ToList();
                var nearest = names.MinBy(n => Distance(n, missing))!;
                var meant = Distance(nearest, missing) <= Math.Max(1, missing.Length / 3) ? $"Was '{Cut(nearest)}' meant? " : "";
                var more = (directory.Total ?? names.Count) - Math.Min(names.Count, MaxShown);
                return $"{meant}There {(names.Count == 1 ? "is" : "are")} {string.Join(", ", names.Take(MaxShown).Select(Cut))}{(more > 0 ? $" and {more} more" : "")}.";
            case InspectValue:
                return "It is a field: nothing is below it.";
            default:
                return "What is there instead cannot be seen now.";
        }
    }

    private static string Cut(string text) => text.Length <= MaxCompared ? text : $"{text[..MaxCompared]}…";

    /// <summary>Letters to add, remove or exchange.</summary>
    private static int Distance(string a, string b)
    {
        var from = a.AsSpan(0, Math.Min(a.Length, MaxCompared));
        var to = b.AsSpan(0, Math.Min(b.Length, MaxCompared));
        Span<int> row = stackalloc int[MaxCompared + 1];
        for (var j = 0; j <= to.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[to.Length];
    }
}
