namespace Synic.Dashboard.Model;

/// <summary>The last minute of a rate, one point a second: what a sparkline draws.</summary>
public sealed class RateHistory
{
    public const int Capacity = 60;

    private readonly double[] _points = new double[Capacity];
    private int _next;

    public int Count { get; private set; }

    /// <summary>Changes with every point, so that a drawing knows when it is old.</summary>
    public int Version { get; private set; }

    public double Maximum => Count == 0 ? 0 : _points.AsSpan(0, Count).ToArray().Max();

    /// <summary>Oldest first.</summary>
    public IEnumerable<double> Points
    {
        get
        {
            for (var i = 0; i < Count; i++)
            {
                yield return _points[(_next - Count + i + Capacity) % Capacity];
            }
        }
    }

    public void Add(double value)
    {
        // A rate from elsewhere may be anything; a path with NaN in it would vanish.
        _points[_next] = double.IsFinite(value) && value > 0 ? value : 0;
        _next = (_next + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
        Version++;
    }
}
