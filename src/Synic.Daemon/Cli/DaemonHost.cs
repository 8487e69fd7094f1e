namespace Synic.Daemon.Cli;

/// <summary>How the daemon itself is made, which the program knows and its command line does not.</summary>
/// <param name="CreateBuilder">With the usual sources of configuration.</param>
/// <param name="Build">The daemon, not started.</param>
internal sealed record DaemonHost(Func<WebApplicationBuilder> CreateBuilder, Func<WebApplicationBuilder, WebApplication> Build);
