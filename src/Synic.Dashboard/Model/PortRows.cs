using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>Keeps a row the same row over all snapshots; a port that was replaced is another row.</summary>
internal readonly record struct PortKey(uint Connection, long Generation)
{
    public static PortKey Of(PortSummary port) => new(port.Connection, port.Generation);
}

/// <summary>The rows on the screen: filtered, sorted, and held in place while the pointer is over them.</summary>
internal sealed class PortRows
{
    public List<PortSummary> Rows { get; private set; } = [];

    /// <summary>The rows would stand in another order, were they not held.</summary>
    public bool OrderChanged { get; private set; }

    /// <summary>While held, rows stay where they are: values change, gone ports leave, new ones come last.</summary>
    public void Update(IReadOnlyList<PortSummary> ports, PortFilter filter, PortSort sort, bool hold)
    {
        var sorted = new List<PortSummary>(ports.Count);
        foreach (var port in ports)
        {
            if (filter.Matches(port))
            {
                sorted.Add(port);
            }
        }

        sorted.Sort(sort.Compare);
        if (!hold)
        {
            Rows = sorted;
            OrderChanged = false;
            return;
        }

        var places = new Dictionary<PortKey, int>(Rows.Count);
        for (var i = 0; i < Rows.Count; i++)
        {
            places[PortKey.Of(Rows[i])] = i;
        }

        // The sort is stable: new rows, which have no place, stay behind the others in their sorted order.
        var held = sorted.OrderBy(p => places.GetValueOrDefault(PortKey.Of(p), int.MaxValue)).ToList();
        OrderChanged = !held.SequenceEqual(sorted);
        Rows = held;
    }
}
