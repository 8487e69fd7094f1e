using System.Security.Claims;

namespace Synic.Daemon.Access;

/// <summary>What a caller may see beyond what everybody does.</summary>
internal static class CallerRights
{
    /// <summary>The right <c>payload</c>: message bytes and other sensitive nodes.</summary>
    public static bool MaySeePayload(this ClaimsPrincipal caller) => caller.Identity?.IsAuthenticated == true; // the start token has all rights
}
