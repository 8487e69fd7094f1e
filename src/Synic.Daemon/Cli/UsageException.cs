namespace Synic.Daemon.Cli;

/// <summary>The command line cannot be meant as it is; the message says how to say it.</summary>
internal sealed class UsageException(string message) : Exception(message);
