using Synic.Daemon.Partitions;

namespace Synic.Daemon.Experiments.Checks;

/// <summary>Counts the events of one filter as they come.</summary>
internal sealed class EventCount(EventReader reader)
{
    private const string Gap = "dropped";

    private long _lost;

    public long Matched { get; private set; }

    /// <summary>Null: every event was seen.</summary>
    public string? Lost => _lost == 0 ? null : $"{_lost} events came too fast to be counted";

    public void Pump()
    {
        while (reader.TryTake(out var record))
        {
            if (record.Kind == Gap)
            {
                _lost += record.Count ?? 1;
            }
            else
            {
                Matched++;
            }
        }
    }
}
