using System.Net;

namespace Synic.Daemon.Configuration;

/// <summary>Where the daemon may listen: what reaches beyond this machine has to be asked for in so many words.</summary>
internal static class ListenRules
{
    public static IEnumerable<string> Check(DaemonSettings settings, IConfiguration configuration)
    {
        // Endpoints of Kestrel's own section take precedence over the URLs, so they are looked at as well.
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Select(static e => (Key: $"{e.Path}:Url", Url: e["Url"] ?? ""));
        foreach (var (key, url) in settings.Urls.Select(static u => (Key: "Synic:Urls", Url: u)).Concat(endpoints))
        {
            if (!TryParse(url, out var address))
            {
                yield return $"{key} '{url}' is no address to listen on; an example is {DaemonSettings.DefaultUrl}";
            }
            else if (!settings.InsecureBind && !IsLocal(address))
            {
                yield return $"{key} {url} can be reached from other machines, without TLS: "
                    + "listen on 127.0.0.1, or say --insecure-bind if everybody on that network may watch";
            }
        }
    }

    public static bool IsLocal(BindingAddress address) =>
        address.IsUnixPipe
        || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static bool TryParse(string url, out BindingAddress address)
    {
        try
        {
            address = BindingAddress.Parse(url);
            return address.Scheme is "http" or "https" && address.Port is >= 0 and <= 65535;
        }
        catch (FormatException)
        {
            address = null!;
            return false;
        }
    }
}
