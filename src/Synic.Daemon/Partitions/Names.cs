using System.Text.Json;

namespace Synic.Daemon.Partitions;

/// <summary>Enumeration members as the API spells them: <c>snake_case</c>.</summary>
internal static class Names
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => Cache<TEnum>.Texts.TryGetValue(value, out var text) ? text : value.ToString();

    public static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static class Cache<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly Dictionary<TEnum, string> Texts =
            Enum.GetValues<TEnum>().Distinct().ToDictionary(static v => v, static v => Snake(v.ToString()));
    }
}
