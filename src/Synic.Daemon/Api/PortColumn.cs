using System.Diagnostics.CodeAnalysis;
using Synic.Contracts.Filters;

namespace Synic.Daemon.Api;

/// <summary>Orders two ports; by reference, since a list of all ports is compared a million times.</summary>
internal delegate int PortOrder(in PortKeys left, in PortKeys right);

/// <summary>A column that ports can be sorted by, and the direction.</summary>
internal readonly record struct PortColumn(string Name, PortOrder Ascending, bool NeedsCounters, bool Descending)
{
    private const int MaxColumns = 4;

    private static readonly PortColumn[] s_all =
    [
        new("connection", static (in PortKeys a, in PortKeys b) => a.Connection.CompareTo(b.Connection), false, false),
        new("kind", static (in PortKeys a, in PortKeys b) => a.Kind.CompareTo(b.Kind), false, false),
        new("owner", static (in PortKeys a, in PortKeys b) => string.CompareOrdinal(a.Owner, b.Owner), false, false),
        new("minimumVtl", static (in PortKeys a, in PortKeys b) => a.MinimumVtl.CompareTo(b.MinimumVtl), false, false),
        new("since", static (in PortKeys a, in PortKeys b) => a.Since.CompareTo(b.Since), false, false),
        new("calls", static (in PortKeys a, in PortKeys b) => a.Calls.CompareTo(b.Calls), true, false),
        new("bytes", static (in PortKeys a, in PortKeys b) => a.Bytes.CompareTo(b.Bytes), true, false),
        new("failures", static (in PortKeys a, in PortKeys b) => a.Failures.CompareTo(b.Failures), true, false),
        new("callsPerSecond", static (in PortKeys a, in PortKeys b) => a.CallsPerSecond.CompareTo(b.CallsPerSecond), true, false),
        new("failuresPerSecond", static (in PortKeys a, in PortKeys b) => a.FailuresPerSecond.CompareTo(b.FailuresPerSecond), true, false),
        new("fastPath", static (in PortKeys a, in PortKeys b) => a.FastPath.CompareTo(b.FastPath), false, false),
        new("monitorId", static (in PortKeys a, in PortKeys b) => a.MonitorId.CompareTo(b.MonitorId), false, false),
        new("generation", static (in PortKeys a, in PortKeys b) => a.Generation.CompareTo(b.Generation), false, false),
        new("invalid_connection_id", static (in PortKeys a, in PortKeys b) => a.WrongKind.CompareTo(b.WrongKind), true, false),
        new("operation_denied", static (in PortKeys a, in PortKeys b) => a.Denied.CompareTo(b.Denied), true, false),
        new("insufficient_buffers", static (in PortKeys a, in PortKeys b) => a.Busy.CompareTo(b.Busy), true, false),
        new("operation_failed", static (in PortKeys a, in PortKeys b) => a.Faulted.CompareTo(b.Faulted), true, false),
        new("lastActivity", static (in PortKeys a, in PortKeys b) => a.LastActivity.CompareTo(b.LastActivity), true, false),
    ];

    public int Compare(in PortKeys left, in PortKeys right) => Descending ? Ascending(in right, in left) : Ascending(in left, in right);

    public static bool TryParse(string? sort, out List<PortColumn> columns, [NotNullWhen(false)] out ApiProblem? problem)
    {
        columns = [];
        problem = null;
        foreach (var word in sort?.Split(',') ?? [])
        {
            var descending = word.StartsWith('-');
            var name = word[(descending ? 1 : 0)..];
            var column = s_all.FirstOrDefault(c => c.Name == name);
            if (column.Name is null || columns.Count == MaxColumns)
            {
                var nearest = column.Name is null ? NearestName.Of(name, s_all.Select(static c => c.Name)) : null;
                problem = ApiProblem.Field("sort", nearest is null
                    ? $"is at most {MaxColumns} of {string.Join(", ", s_all.Select(static c => c.Name))}, each with - for descending, not '{sort}'"
                    : $"has no column '{name}'; did you mean '{nearest}'?");
                return false;
            }

            columns.Add(column with { Descending = descending });
        }

        return true;
    }
}
