using System.Globalization;
using System.Text;

namespace Synic.Dashboard.Model;

/// <summary>Turns points into SVG paths; the newest is at the right edge, the lowest line is zero.</summary>
internal static class SparkPath
{
    public static string Line(IEnumerable<double> points, int count, double maximum, int width, int height)
    {
        var path = new StringBuilder();
        var step = (double)width / (RateHistory.Capacity - 1);
        var x = width - ((count - 1) * step);
        foreach (var point in points)
        {
            path.Append(path.Length == 0 ? 'M' : 'L');
            Append(path, x).Append(' ');
            Append(path, Y(point, maximum, height));
            x += step;
        }

        return path.ToString();
    }

    /// <summary>The same, closed along the zero line.</summary>
    public static string Area(string line, int count, int width, int height)
    {
        if (line.Length == 0)
        {
            return "";
        }

        var path = new StringBuilder(line).Append('L');
        Append(path, width).Append(' ');
        Append(path, height).Append('L');
        Append(path, width - ((count - 1) * ((double)width / (RateHistory.Capacity - 1)))).Append(' ');
        return Append(path, height).Append('Z').ToString();
    }

    // One unit of room at both edges, so that the stroke is not cut.
    private static double Y(double value, double maximum, int height) =>
        maximum <= 0 ? height - 1 : height - 1 - (Math.Clamp(value / maximum, 0, 1) * (height - 2));

    private static StringBuilder Append(StringBuilder path, double value) =>
        path.Append(CultureInfo.InvariantCulture, $"{Math.Round(value, 1)}");
}
