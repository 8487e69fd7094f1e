namespace Synic.Inspection;

/// <summary>How fast a counter grew between two moments.</summary>
/// <param name="Path">From the root.</param>
/// <param name="PerSecond">Growth per second of the monotonic clock.</param>
/// <param name="Reset">The counter began anew meanwhile: what it has now was counted since.</param>
public readonly record struct InspectRate(string Path, double PerSecond, bool Reset);

/// <summary>Rates of the counters that are in both of two answers, found by path.</summary>
public static class InspectRates
{
    /// <summary>A field of this name beside a counter, or above it, tells one life of its owner from the next.</summary>
    private const string Generation = "generation";

    /// <returns>Nothing for a counter that is new, and nothing at all when no time has passed.</returns>
    public static IReadOnlyList<InspectRate> Between(InspectResult before, InspectResult after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var rates = new List<InspectRate>();
        var seconds = after.Clock.GetElapsedTime(before.Timestamp, after.Timestamp).TotalSeconds;
        if (seconds > 0)
        {
            Compare(before.Node, after.Node, after.Path.ToString(), seconds, anew: false, rates);
        }

        return rates;
    }

    private static void Compare(
        InspectNode before, InspectNode after, string path, double seconds, bool anew, List<InspectRate> rates)
    {
        if (before is InspectDirectory a && after is InspectDirectory b)
        {
            anew |= a[Generation] is InspectValue was && b[Generation] is InspectValue now && was.Value != now.Value;
            foreach (var (name, first, second) in InspectPairs.Of(a, b))
            {
                if (first is not null && second is not null)
                {
                    Compare(first, second, InspectPath.Join(path, name), seconds, anew, rates);
                }
            }
        }
        else if (before is InspectValue { Traits.Counter: true } from && after is InspectValue { Traits.Counter: true } to
            && from.Value.Kind == to.Value.Kind && to.Value.TryGetNumber(out var total) && double.IsFinite(total))
        {
            var reset = anew || Grown(from.Value, to.Value) is null;
            rates.Add(new InspectRate(path, (reset ? total : Grown(from.Value, to.Value)!.Value) / seconds, reset));
        }
    }

    /// <returns>Null when it went down.</returns>
    private static double? Grown(InspectScalar from, InspectScalar to) => to.Kind switch
    {
        InspectKind.U64 => to.AsUInt64 >= from.AsUInt64 ? to.AsUInt64 - from.AsUInt64 : null,
        InspectKind.I64 => to.AsInt64 >= from.AsInt64 ? unchecked((ulong)(to.AsInt64 - from.AsInt64)) : null,
        _ => to.AsDouble >= from.AsDouble ? to.AsDouble - from.AsDouble : null,
    };
}
