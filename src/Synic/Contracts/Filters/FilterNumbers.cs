using System.Buffers;
using System.Globalization;

namespace Synic.Contracts.Filters;

/// <summary>Numbers and times as people write them in a filter: no sign, no blanks.</summary>
internal static class FilterNumbers
{
    /// <summary>Above this a double does not tell whole numbers apart.</summary>
    private const double MaxExact = 1UL << 53;

    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789.");

    // Longer ones first: "ms" is not "m" and an s.
    private static readonly (string Unit, double Seconds)[] s_units =
        [("ms", 1e-3), ("us", 1e-6), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    /// <summary>Decimal or <c>0x…</c>.</summary>
    public static bool TryInteger(string text, out double value)
    {
        var valid = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        value = number;
        return valid && value <= MaxExact;
    }

    /// <summary>Also with a fraction.</summary>
    public static bool TryNumber(string text, out double value) =>
        TryInteger(text, out value) || TryFraction(text, out value);

    /// <summary><c>5m</c>, <c>1h30m</c>, <c>250ms</c>; without a unit seconds.</summary>
    public static bool TrySeconds(string text, out double seconds)
    {
        seconds = 0;
        var rest = text.AsSpan();
        if (rest.IndexOfAnyExcept(s_digits) < 0)
        {
            return TryFraction(text, out seconds);
        }

        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExcept(s_digits);
            if (digits <= 0 || !TryFraction(rest[..digits], out var count))
            {
                return false;
            }

            rest = rest[digits..];
            var (unit, factor) = Array.Find(s_units, Starts(rest));
            if (unit is null)
            {
                return false;
            }

            seconds += count * factor;
            rest = rest[unit.Length..];
        }

        return text.Length > 0;
    }

    private static Predicate<(string Unit, double Seconds)> Starts(ReadOnlySpan<char> text)
    {
        var head = text[..Math.Min(2, text.Length)].ToString();
        return unit => head.StartsWith(unit.Unit, StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryFraction(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value <= MaxExact;
}
