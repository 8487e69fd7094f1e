using System.Globalization;

namespace Synic.Dashboard.Model;

/// <summary>Numbers and times as the pages write them; UTC, because the server does not know the reader's zone.</summary>
internal static class Format
{
    public const string NotKnown = "—";

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Rate(double value) => value switch
    {
        <= 0 => "0",
        < 0.05 => "<0.1",
        < 100 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("N0", CultureInfo.InvariantCulture),
    };

    /// <summary>How long ago, in its largest unit: it is read at a glance, the exact time is in the tooltip.</summary>
    public static string Ago(DateTimeOffset then, DateTimeOffset now)
    {
        var age = now - then;
        return age.TotalSeconds < 1 ? "now" : Age(age) + " ago";
    }

    public static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "0 s",
        { TotalMinutes: < 1 } => Invariant($"{(int)age.TotalSeconds} s"),
        { TotalHours: < 1 } => Invariant($"{(int)age.TotalMinutes} min"),
        { TotalDays: < 1 } => Invariant($"{(int)age.TotalHours} h"),
        _ => Invariant($"{(int)age.TotalDays} d"),
    };

    public static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>For rows of which many happen in a second.</summary>
    public static string Precise(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    public static string Absolute(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    /// <summary><c>operation_denied</c> as words.</summary>
    public static string Words(string name) => name.Replace('_', ' ');

    public static string Plural(int count, string one) => Invariant($"{count:N0} {one}{(count == 1 ? "" : "s")}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
