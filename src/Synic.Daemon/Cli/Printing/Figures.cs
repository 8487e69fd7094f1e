using System.Globalization;

namespace Synic.Daemon.Cli.Printing;

/// <summary>Numbers, rates and times in tables: short, and the same whatever the machine's language.</summary>
internal static class Figures
{
    public const string NotKnown = "-";

    public static string Count(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? NotKnown;

    public static string Rate(double? value) => value switch
    {
        null => NotKnown,
        <= 0 => "0",
        < 0.05 => "<0.1",
        < 1000 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0", CultureInfo.InvariantCulture),
    };

    /// <summary>How long before.</summary>
    public static string Age(DateTimeOffset? then, DateTimeOffset now) => then is { } time ? Age(now - time) : NotKnown;

    public static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "now",
        { TotalMinutes: < 1 } => Text($"{(int)age.TotalSeconds}s"),
        { TotalHours: < 1 } => Text($"{(int)age.TotalMinutes}m"),
        { TotalDays: < 1 } => Text($"{(int)age.TotalHours}h"),
        _ => Text($"{(int)age.TotalDays}d"),
    };

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    public static string Flag(bool value, string word) => value ? word : NotKnown;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
