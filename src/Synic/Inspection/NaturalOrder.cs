namespace Synic.Inspection;

/// <summary>Orders names as people do: 2 before 10, 0x9 before 0x10.</summary>
public sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return string.CompareOrdinal(x, y);
        }

        int i = 0, j = 0;
        while (i < x.Length && j < y.Length)
        {
            var order = char.IsAsciiDigit(x[i]) && char.IsAsciiDigit(y[j])
                ? Number.Read(x, ref i).CompareTo(Number.Read(y, ref j))
                : x[i++].CompareTo(y[j++]);
            if (order != 0)
            {
                return order;
            }
        }

        var rest = (x.Length - i).CompareTo(y.Length - j);
        return rest != 0 ? rest : string.CompareOrdinal(x, y);
    }

    /// <summary>A run of digits. What has more than 64 bits is larger than all others, and then by length and digits.</summary>
    private readonly ref struct Number(ulong value, ReadOnlySpan<char> digits)
    {
        private readonly ulong _value = value;
        private readonly ReadOnlySpan<char> _large = digits;

        public static Number Read(string text, ref int at)
        {
            var hex = text[at] == '0' && at + 2 < text.Length && (text[at + 1] | 0x20) == 'x' && char.IsAsciiHexDigit(text[at + 2]);
            var start = hex ? at + 2 : at;
            var end = start;
            while (end < text.Length && (hex ? char.IsAsciiHexDigit(text[end]) : char.IsAsciiDigit(text[end])))
            {
                end++;
            }

            at = end;
            var digits = text.AsSpan(start, end - start).TrimStart('0');
            var style = hex ? System.Globalization.NumberStyles.AllowHexSpecifier : System.Globalization.NumberStyles.None;
            return digits.IsEmpty ? new Number(0, [])
                : ulong.TryParse(digits, style, System.Globalization.CultureInfo.InvariantCulture, out var value) ? new Number(value, [])
                : new Number(ulong.MaxValue, digits);
        }

        public int CompareTo(Number other)
        {
            var order = _value.CompareTo(other._value);
            order = order != 0 ? order : _large.Length.CompareTo(other._large.Length);
            return order != 0 ? order : _large.SequenceCompareTo(other._large);
        }
    }
}
