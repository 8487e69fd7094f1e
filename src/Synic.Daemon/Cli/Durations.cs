using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Synic.Daemon.Cli;

/// <summary>Times on the command line: <c>500ms</c>, <c>2s</c>, <c>1m</c>; a bare number is seconds.</summary>
internal static class Durations
{
    private static readonly (string Suffix, double Seconds)[] s_units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];

    /// <summary>An option with a time between two others.</summary>
    /// <param name="option">Gets the parser.</param>
    /// <param name="fallback">When it is given without a value.</param>
    /// <param name="shortest">The least.</param>
    /// <param name="longest">The most.</param>
    public static Option<TimeSpan?> Between(this Option<TimeSpan?> option, TimeSpan fallback, TimeSpan shortest, TimeSpan longest)
    {
        option.CustomParser = result => Parse(result, option.Name, fallback, shortest, longest);
        return option;
    }

    public static bool TryParse(string text, out TimeSpan time)
    {
        var (suffix, factor) = Array.Find(s_units, u => text.EndsWith(u.Suffix, StringComparison.Ordinal));
        var number = suffix is null ? text : text[..^suffix.Length];
        var valid = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value * (suffix is null ? 1 : factor) is var seconds and <= 86400;
        time = valid ? TimeSpan.FromSeconds(value * (suffix is null ? 1 : factor)) : default;
        return valid;
    }

    private static TimeSpan? Parse(ArgumentResult result, string name, TimeSpan fallback, TimeSpan shortest, TimeSpan longest)
    {
        if (result.Tokens.Count == 0)
        {
            return fallback;
        }

        var text = result.Tokens[0].Value;
        if (!TryParse(text, out var time) || time < shortest || time > longest)
        {
            result.AddError($"{name}: '{text}' is no time from {Text(shortest)} to {Text(longest)}; examples are 500ms, 2s, 1m");
        }

        return time;
    }

    private static string Text(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###}s");
}
