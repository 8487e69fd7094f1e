namespace Synic.Inspection;

/// <summary>A wide directory over one picture of rows that are in the natural order of their names.</summary>
/// <param name="rows">None is added or removed any more.</param>
/// <param name="nameOf">What a row is called.</param>
/// <param name="find">The row that a name means, in any of its spellings; a negative number when there is none.</param>
/// <param name="nodeOf">Shows a row.</param>
public sealed class InspectTable<T>(
    IReadOnlyList<T> rows, Func<T, string> nameOf, Func<string, int> find, Func<T, IInspectable> nodeOf) : IInspectDirectory
{
    public long Count => rows.Count;

    public long? Generation { get; init; }

    public void List(string? after, int limit, InspectResponse node)
    {
        var first = after is null ? 0 : FirstBehind(after);
        for (var i = first; i < rows.Count && i - first < limit; i++)
        {
            node.Child(nameOf(rows[i]), nodeOf(rows[i]));
        }
    }

    public void Find(string key, InspectResponse node)
    {
        var index = find(key);
        if (index >= 0)
        {
            node.Child(key, nodeOf(rows[index]));
        }
    }

    private int FirstBehind(string after)
    {
        var (low, high) = (0, rows.Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = NaturalOrder.Instance.Compare(nameOf(rows[middle]), after) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
