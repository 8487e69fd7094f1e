using System.CommandLine;

namespace Synic.Daemon.Cli;

/// <summary>A connection id on the command line; a shell can complete those of a daemon that runs.</summary>
internal static class ConnectionArgument
{
    public static Argument<string> Create(ClientCommand client)
    {
        var argument = new Argument<string>("connection") { Description = "connection id, decimal or 0x…", HelpName = "connection" };
        argument.CompletionSources.Add(context => Suggestions.Connections(client, context));
        return argument;
    }
}
