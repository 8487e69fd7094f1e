namespace Synic.Daemon.Api;

/// <summary>The first rows in an order of any number that pass by; it never holds more than twice as many.</summary>
internal sealed class FirstRows<T>(IComparer<T> order, int limit)
{
    private readonly List<T> _rows = [];
    private T _worst = default!; // of a full page: what comes behind it needs no place
    private bool _full;
    private bool _more;

    /// <summary>There are as many rows as a page has.</summary>
    public bool IsFull => _rows.Count >= limit;

    /// <summary>A row that comes behind all of a full page.</summary>
    public void Skip() => _more = true;

    public void Add(in T row)
    {
        if (_full && order.Compare(row, _worst) >= 0)
        {
            _more = true;
            return;
        }

        _rows.Add(row);
        if (_rows.Count >= 2 * limit)
        {
            Trim();
        }
    }

    /// <param name="more">There were more than the limit.</param>
    public List<T> ToList(out bool more)
    {
        Trim();
        more = _more;
        return _rows;
    }

    private void Trim()
    {
        _rows.Sort(order);
        if (_rows.Count <= limit)
        {
            return;
        }

        _rows.RemoveRange(limit, _rows.Count - limit);
        _worst = _rows[^1];
        _full = true;
        _more = true;
    }
}
