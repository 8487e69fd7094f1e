using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Synic.Daemon.Access;

/// <summary>Where the daemon listens, as known after the start: a port may have been left to the system.</summary>
internal static class ListenAddresses
{
    public static IReadOnlyCollection<string> Of(IServiceProvider services) =>
        [.. services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []];
}
