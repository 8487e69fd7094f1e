namespace Synic.Dashboard.Model;

/// <summary>Histories of the series that are on the screen; a series that nobody looked at for two minutes is let go.</summary>
internal sealed class RateHistories<TKey>
    where TKey : notnull
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);
    private readonly Dictionary<TKey, Series> _series = [];
    private DateTimeOffset _sampled = DateTimeOffset.MinValue;
    private int _round;

    public int Count => _series.Count;

    /// <summary>The history to draw; asking for it is what keeps it.</summary>
    /// <param name="key">Of the series.</param>
    /// <param name="now">The first point of a history that is new.</param>
    public RateHistory Watch(TKey key, double? now = null)
    {
        if (!_series.TryGetValue(key, out var series))
        {
            _series.Add(key, series = new Series());
            if (now is { } rate)
            {
                series.History.Add(rate);
            }
        }

        series.Seen = _round;
        return series.History;
    }

    /// <summary>Snapshots come up to four times a second; true when a point is due.</summary>
    public bool BeginRound(DateTimeOffset asOf)
    {
        // A little early counts, or a source with a period of one second would be sampled every other time.
        if (asOf - _sampled < s_period - TimeSpan.FromMilliseconds(50))
        {
            return false;
        }

        _sampled = asOf;
        _round++;
        foreach (var (key, series) in _series)
        {
            if (_round - series.Seen > 2 * RateHistory.Capacity)
            {
                _series.Remove(key);
            }
        }

        return true;
    }

    public void Add(TKey key, double value)
    {
        if (_series.TryGetValue(key, out var series))
        {
            if (_round - series.Added > 2 && series.Added != 0)
            {
                series.History = new RateHistory(); // a line would hide that nothing was read in between
            }

            series.Added = _round;
            series.History.Add(value);
        }
    }

    private sealed class Series
    {
        public RateHistory History { get; set; } = new();

        /// <summary>The round of the last point; 0: none yet.</summary>
        public int Added { get; set; }

        public int Seen { get; set; }
    }
}
