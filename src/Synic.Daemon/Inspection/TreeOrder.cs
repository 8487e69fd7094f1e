using Synic.Inspection;

namespace Synic.Daemon.Inspection;

/// <summary>Paths in the order in which a walk of the tree meets them.</summary>
internal static class TreeOrder
{
    public static int Compare(string x, string y)
    {
        var (a, b) = (x.Split('/'), y.Split('/'));
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (NaturalOrder.Instance.Compare(a[i], b[i]) is not 0 and var order)
            {
                return order;
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    /// <summary>The path is the other one, or inside it.</summary>
    public static bool IsBelow(string path, InspectPath outer)
    {
        var prefix = outer.ToString();
        return prefix.Length == 0 || path == prefix
            || (path.Length > prefix.Length && path[prefix.Length] == '/' && path.StartsWith(prefix, StringComparison.Ordinal));
    }
}
