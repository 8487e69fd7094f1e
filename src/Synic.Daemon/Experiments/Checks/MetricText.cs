using System.Globalization;
using System.Text;

namespace Synic.Daemon.Experiments.Checks;

/// <summary>One series of a scrape.</summary>
internal sealed record MetricSeries(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>Reads the Prometheus text format; what is no series is passed over.</summary>
internal static class MetricText
{
    private static readonly Dictionary<string, string> s_none = [];

    public static IEnumerable<MetricSeries> Read(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.Length > 0 && line[0] != '#' && ReadLine(line) is { } series)
            {
                yield return series;
            }
        }
    }

    private static MetricSeries? ReadLine(string line)
    {
        var end = line.AsSpan().IndexOfAny('{', ' ');
        if (end <= 0)
        {
            return null;
        }

        var labels = s_none;
        var at = end;
        if (line[end] == '{')
        {
            labels = [];
            at = ReadLabels(line, end + 1, labels);
        }

        // Behind the value may be a time.
        return at >= 0 && line[at..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var value, ..]
            && double.TryParse(value.Replace("+Inf", "Infinity", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new MetricSeries(line[..end], labels, number)
            : null;
    }

    /// <returns>The place behind them; negative when they make no sense.</returns>
    private static int ReadLabels(string line, int at, Dictionary<string, string> labels)
    {
        var value = new StringBuilder();
        while (at < line.Length && line[at] != '}')
        {
            var equals = line.IndexOf("=\"", at, StringComparison.Ordinal);
            if (equals < 0)
            {
                return -1;
            }

            var name = line[at..equals].Trim(',', ' ');
            value.Clear();
            for (at = equals + 2; at < line.Length && line[at] != '"'; at++)
            {
                if (line[at] == '\\' && at + 1 < line.Length)
                {
                    at++;
                    value.Append(line[at] == 'n' ? '\n' : line[at]);
                }
                else
                {
                    value.Append(line[at]);
                }
            }

            labels[name] = value.ToString();
            at++;
        }

        return at < line.Length ? at + 1 : -1;
    }
}
