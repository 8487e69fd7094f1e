using System.Globalization;
using System.Text;

namespace Synic.Dashboard.Client;

/// <summary>A path of the API, relative to the daemon's address, with every part and value escaped.</summary>
public sealed class ApiPath
{
    private readonly StringBuilder _text = new("api/v1");
    private bool _query;

    /// <param name="segments">Behind <c>/api/v1</c>; each may hold any text.</param>
    public static ApiPath Of(params ReadOnlySpan<string> segments) => new ApiPath().Then(segments);

    /// <summary>Of one partition.</summary>
    public static ApiPath Partition(string partition, params ReadOnlySpan<string> segments) => Of("partitions", partition).Then(segments);

    /// <exception cref="UriFormatException">A segment is <c>.</c> or <c>..</c>: on the way it would become another path.</exception>
    public ApiPath Then(params ReadOnlySpan<string> segments)
    {
        foreach (var segment in segments)
        {
            if (segment is "." or "..")
            {
                throw new UriFormatException($"'{segment}' names nothing");
            }

            _text.Append('/').Append(Uri.EscapeDataString(segment));
        }

        return this;
    }

    /// <summary>Adds a query parameter; none for null.</summary>
    public ApiPath With(string name, IFormattable? value) => With(name, value?.ToString(null, CultureInfo.InvariantCulture));

    /// <summary>Adds a query parameter; none for null.</summary>
    public ApiPath With(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_query ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            _query = true;
        }

        return this;
    }

    public override string ToString() => _text.ToString();
}
