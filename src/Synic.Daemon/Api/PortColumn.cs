using System.Diagnostics.CodeAnalysis;

namespace Synic.Daemon.Api;

/// <summary>A column that ports can be sorted by, and the direction.</summary>
internal readonly record struct PortColumn(string Name, Comparison<PortKeys> Ascending, bool NeedsCounters, bool Descending)
{
    private const int MaxColumns = 4;

    private static readonly PortColumn[] s_all =
    [
        new("connection", static (a, b) => a.Connection.CompareTo(b.Connection), false, false),
        new("kind", static (a, b) => a.Kind.CompareTo(b.Kind), false, false),
        new("owner", static (a, b) => string.CompareOrdinal(a.Owner, b.Owner), false, false),
        new("minimumVtl", static (a, b) => a.MinimumVtl.CompareTo(b.MinimumVtl), false, false),
        new("since", static (a, b) => a.Since.CompareTo(b.Since), false, false),
        new("calls", static (a, b) => a.Calls.CompareTo(b.Calls), true, false),
        new("bytes", static (a, b) => a.Bytes.CompareTo(b.Bytes), true, false),
        new("failures", static (a, b) => a.Failures.CompareTo(b.Failures), true, false),
        new("callsPerSecond", static (a, b) => a.CallsPerSecond.CompareTo(b.CallsPerSecond), true, false),
        new("failuresPerSecond", static (a, b) => a.FailuresPerSecond.CompareTo(b.FailuresPerSecond), true, false),
        new("lastActivity", static (a, b) => a.LastActivity.CompareTo(b.LastActivity), true, false),
    ];

    public int Compare(PortKeys left, PortKeys right) => Descending ? Ascending(right, left) : Ascending(left, right);

    public static bool TryParse(string? sort, out List<PortColumn> columns, [NotNullWhen(false)] out ApiProblem? problem)
    {
        columns = [];
        problem = null;
        foreach (var word in sort?.Split(',') ?? [])
        {
            var descending = word.StartsWith('-');
            var column = s_all.FirstOrDefault(c => c.Name == word[(descending ? 1 : 0)..]);
            if (column.Name is null || columns.Count == MaxColumns)
            {
                problem = ApiProblem.Field(
                    "sort", $"is at most {MaxColumns} of {string.Join(", ", s_all.Select(static c => c.Name))}, each with - for descending, not '{sort}'");
                return false;
            }

            columns.Add(column with { Descending = descending });
        }

        return true;
    }
}
