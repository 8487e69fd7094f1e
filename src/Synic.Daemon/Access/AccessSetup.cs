using Microsoft.AspNetCore.Authentication;
using Synic.Daemon.Configuration;

namespace Synic.Daemon.Access;

/// <summary>Who may do what: viewing needs nothing, the console the token, changes the token and lab mode.</summary>
internal static class AccessSetup
{
    /// <summary>Policy: the start token.</summary>
    public const string Token = "token";

    /// <summary>Policy: the start token, and a daemon in lab mode.</summary>
    public const string Lab = "lab";

    public static void AddAccess(this IServiceCollection services, DaemonSettings settings)
    {
        services.AddSingleton(StartToken.Load(settings));
        services.AddSingleton<LoginLinks>();
        services.AddSingleton<TokenFile>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<IAudit>(static s => s.GetRequiredService<AuditLog>());
        services.AddHostedService(static s => s.GetRequiredService<TokenFile>());
        services.AddHostedService<KillSignal>();
        services.AddAuthentication(TokenAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Token, static p => p.RequireAuthenticatedUser())
            .AddPolicy(Lab, p => p.RequireAuthenticatedUser().RequireAssertion(_ => settings.Lab));
    }
}
