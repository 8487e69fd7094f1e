using System.Security.Claims;

namespace Synic.Daemon.Access;

/// <summary>Who may read what guests and host say to each other: the start token has all rights.</summary>
internal static class PayloadRight
{
    public static bool Has(ClaimsPrincipal user) => user.Identity?.IsAuthenticated == true;
}
