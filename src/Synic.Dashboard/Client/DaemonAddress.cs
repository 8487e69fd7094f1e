using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Synic.Dashboard.Client;

/// <summary>Where a daemon listens: an HTTP address, or a Unix socket.</summary>
/// <param name="Url">What requests name; for a socket a name that every daemon answers to.</param>
/// <param name="Socket">Path of the Unix socket; null for TCP.</param>
public sealed record DaemonAddress(Uri Url, string? Socket)
{
    private const string UnixPrefix = "http://unix:";

    /// <summary>It cannot be another machine.</summary>
    public bool IsLocal => Socket is not null || Url.IsLoopback;

    /// <param name="text"><c>http://HOST:PORT</c>, <c>https://…</c>, or as daemons are told, <c>http://unix:/PATH</c>.</param>
    /// <param name="address">What it stands for.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out DaemonAddress? address)
    {
        address = null;
        if (text.StartsWith(UnixPrefix, StringComparison.OrdinalIgnoreCase))
        {
            var path = text[UnixPrefix.Length..];
            if (path.StartsWith('/'))
            {
                address = new DaemonAddress(new Uri("http://localhost/"), path);
            }

            return address is not null;
        }

        if (!Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https") || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            return false;
        }

        // What a daemon listens on, all of this machine's addresses, is not an address to go to.
        var any = IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
        address = new DaemonAddress(any ? new UriBuilder(url) { Host = "127.0.0.1" }.Uri : url, null);
        return true;
    }

    public override string ToString() => Socket is null ? Url.ToString().TrimEnd('/') : UnixPrefix + Socket;
}
