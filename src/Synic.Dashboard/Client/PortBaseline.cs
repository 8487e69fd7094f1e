using Synic.Contracts;

namespace Synic.Dashboard.Client;

/// <summary>What every port had counted when a viewer's table was frozen, to tell how many are different by now.</summary>
public sealed class PortBaseline
{
    private readonly Dictionary<long, long> _counts = [];
    private bool _taken;

    public void Clear()
    {
        _counts.Clear();
        _taken = true;
    }

    public void Add(PortSummary port) => _counts[port.Generation] = Sum(port);

    /// <summary>0 before anything was frozen.</summary>
    /// <param name="now">Generation of each port that there is, with its calls and failures together.</param>
    public int Changes(IEnumerable<(long Generation, long Count)> now)
    {
        if (!_taken)
        {
            return 0;
        }

        var (changed, known) = (0, 0);
        foreach (var (generation, count) in now)
        {
            var was = _counts.TryGetValue(generation, out var before);
            known += was ? 1 : 0;
            changed += was && before == count ? 0 : 1;
        }

        return changed + _counts.Count - known;
    }

    public static long Sum(PortSummary port) => (port.Calls ?? 0) + (port.Failures ?? 0);
}
