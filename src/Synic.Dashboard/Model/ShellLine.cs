namespace Synic.Dashboard.Model;

/// <summary>Command lines that show the same as the page; <c>{origin}</c> is filled in by the browser.</summary>
internal static class ShellLine
{
    public static string Inspect(string partition, string path) => $"synicd inspect {Quote(path)} --partition {Quote(partition)}";

    public static string Curl(string partition, string path) => "curl " + Quote(
        $"{{origin}}/api/v1/partitions/{Uri.EscapeDataString(partition)}/inspect/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    // What a shell would not leave alone.
    public static string Quote(string text) => text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || "/_.:-=".Contains(c, StringComparison.Ordinal))
        ? text
        : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
