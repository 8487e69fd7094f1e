using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Synic.Daemon.Configuration;

/// <summary>Numbers as people write ids: decimal or <c>0x…</c>, no sign, no blanks.</summary>
internal static class Numbers
{
    public static bool TryParse([NotNullWhen(true)] string? text, out uint value)
    {
        value = 0;
        return text is not null
            && (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
                : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value));
    }
}
