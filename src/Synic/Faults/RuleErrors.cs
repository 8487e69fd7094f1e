using System.Globalization;

namespace Synic.Faults;

/// <summary>What is wrong with a rule as it was written: path of the field, and what is allowed there.</summary>
internal sealed class RuleErrors
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string[]> All => _errors;

    public void Add(string path, string message) => _errors.TryAdd(path, [message]);

    /// <summary>A whole number, decimal or 0x….</summary>
    /// <returns>Null: not given, or refused.</returns>
    public ulong? Number(string path, string? text, ulong maximum)
    {
        if (text is null)
        {
            return null;
        }

        if (TryNumber(text, out var value) && value <= maximum)
        {
            return value;
        }

        Add(path, $"is a whole number of 0 to {Bound(maximum)}, decimal or 0x…, not '{text}'");
        return null;
    }

    /// <returns><paramref name="missing"/> also when refused.</returns>
    public long Number(string path, long? value, long minimum, long maximum, long missing)
    {
        if (value is not { } given)
        {
            return missing;
        }

        if (given < minimum || given > maximum)
        {
            Add(path, maximum == long.MaxValue ? $"is {minimum} or more, not {given}" : $"is {minimum} to {maximum}, not {given}");
            return missing;
        }

        return given;
    }

    public TimeSpan Seconds(string path, double value, double minimum, double maximum)
    {
        if (value >= minimum && value <= maximum)
        {
            return TimeSpan.FromSeconds(value);
        }

        Add(path, string.Create(CultureInfo.InvariantCulture, $"is {minimum} to {maximum} seconds, not {value}"));
        return TimeSpan.Zero;
    }

    public TimeSpan Microseconds(string path, long? value, long minimum, long maximum, long missing) =>
        TimeSpan.FromMicroseconds(Number(path, value, minimum, maximum, missing));

    /// <summary>Bytes as hex digits.</summary>
    /// <returns>Empty when refused.</returns>
    public byte[] Hex(string path, string text, int maximum)
    {
        try
        {
            var bytes = Convert.FromHexString(text);
            if (bytes.Length >= 1 && bytes.Length <= maximum)
            {
                return bytes;
            }
        }
        catch (FormatException)
        {
        }

        Add(path, $"is 1 to {maximum} bytes, each of two hex digits, not '{text}'");
        return [];
    }

    public string? Text(string path, string? text, int maximum)
    {
        if (text is not null && (text.Length == 0 || text.Length > maximum || text.Any(char.IsControl)))
        {
            Add(path, $"has 1 to {maximum} characters, none of them control characters");
        }

        return text;
    }

    public static bool TryNumber(string text, out ulong value) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static string Bound(ulong maximum) => maximum > ushort.MaxValue ? $"0x{maximum:x}" : $"{maximum}";
}
