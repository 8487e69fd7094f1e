using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>Remembers when each monitor id last counted up, which a page of counts does not say.</summary>
internal sealed class MonitorActivity
{
    public static readonly TimeSpan Recent = TimeSpan.FromSeconds(3);
    private readonly Dictionary<(int Vtl, int Id), (long Triggers, DateTimeOffset? Last)> _seen = [];

    /// <summary>What was counted before the first look is not recent; less than before is another binding.</summary>
    public void Take(IEnumerable<MonitorPageSummary> pages, DateTimeOffset now)
    {
        foreach (var page in pages)
        {
            foreach (var cell in page.Cells)
            {
                var known = _seen.TryGetValue((page.Vtl, cell.Id), out var before);
                _seen[(page.Vtl, cell.Id)] = (cell.Triggers, known && cell.Triggers > before.Triggers ? now : before.Last);
            }
        }
    }

    public bool IsRecent(int vtl, int id, DateTimeOffset now) => now - Last(vtl, id) < Recent;

    public DateTimeOffset? Last(int vtl, int id) => _seen.TryGetValue((vtl, id), out var cell) ? cell.Last : null;
}
