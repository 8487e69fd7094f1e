using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>The last events of a stream, newest first; older ones are forgotten and counted.</summary>
/// <param name="Rows">Newest first.</param>
/// <param name="Taken">All that ever came.</param>
/// <param name="Missing">Records that nobody can show any more, as far as their number is known.</param>
/// <param name="AsOf">Of the last part.</param>
internal sealed record EventTail(IReadOnlyList<EventRecord> Rows, long Taken, long Missing, DateTimeOffset AsOf)
{
    public const int Capacity = 2000;
    public const string DroppedKind = "dropped";

    public static EventTail Empty(DateTimeOffset now) => new([], 0, 0, now);

    /// <param name="batch">Oldest first.</param>
    /// <param name="now">When it came.</param>
    public EventTail With(IReadOnlyList<EventRecord> batch, DateTimeOffset now)
    {
        if (batch.Count == 0)
        {
            return this with { AsOf = now };
        }

        return new EventTail(
            [.. batch.Reverse().Concat(Rows).Take(Capacity)],
            Taken + batch.Count,
            Missing + batch.Where(static e => e.Kind == DroppedKind).Sum(static e => e.Count ?? 0),
            now);
    }
}
