using System.CommandLine;
using System.Globalization;
using Synic.Daemon.Access;
using Synic.Daemon.Configuration;

namespace Synic.Daemon.Cli;

/// <summary>The options that every client command has: which daemon, who asks, which partition, how to print.</summary>
internal sealed class ClientOptions
{
    public const string UrlVariable = "SYNIC_URL";

    /// <summary>For one answer.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    public Option<string?> Url { get; } = new("--url")
    {
        Description = $"the daemon: http://HOST:PORT or http://unix:/PATH (default: {UrlVariable}, or {DaemonSettings.DefaultUrl})",
        HelpName = "URL",
    };

    public Option<string?> Token { get; } = new("--token")
    {
        Description = $"the start token; others on this machine can see it here, {StartToken.Variable} or --token-file keep it",
        HelpName = "TOKEN",
    };

    public Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = "a file with the token (default: the one that a daemon of this user keeps)",
        HelpName = "FILE",
    };

    public Option<string?> Partition { get; } = new("--partition")
    {
        Description = "name of the partition (default: the only one)",
        HelpName = "NAME",
    };

    public Option<double> Wait { get; } = new("--timeout")
    {
        Description = $"seconds to wait for an answer (default {DefaultTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)})",
        HelpName = "SECONDS",
        DefaultValueFactory = static _ => DefaultTimeout.TotalSeconds,
    };

    public Option<OutputFormat> Format { get; } = new("--output", "-o")
    {
        Description = "table, or for scripts json (as the API sent it), ndjson (an item a line) or csv",
        HelpName = "FORMAT",
    };

    public void AddConnection(Command command)
    {
        command.Add(Url);
        command.Add(Token);
        command.Add(TokenFile);
        command.Add(Wait);
    }

    public void AddPartition(Command command) => command.Add(Partition);

    public void AddFormat(Command command) => command.Add(Format);
}

/// <summary>How an answer is printed.</summary>
internal enum OutputFormat
{
    Table,
    Json,
    NdJson,
    Csv,
}
