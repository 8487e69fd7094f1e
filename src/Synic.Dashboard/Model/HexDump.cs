using System.Text;

namespace Synic.Dashboard.Model;

/// <summary>Bytes as lines of offset, hex and text.</summary>
internal static class HexDump
{
    private const int Width = 8; // fits beside a list

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (var at = 0; at < bytes.Length; at += Width)
        {
            var line = bytes[at..Math.Min(bytes.Length, at + Width)];
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{at:x4}  ");
            for (var i = 0; i < Width; i++)
            {
                text.Append(i < line.Length ? line[i].ToString("x2", System.Globalization.CultureInfo.InvariantCulture) : "  ").Append(i == 3 ? "  " : " ");
            }

            text.Append(' ');
            foreach (var value in line)
            {
                text.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <returns>Null: it is no base64.</returns>
    public static string? OfBase64(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? Of(bytes.AsSpan(0, length)) : null;
    }
}
