using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary>One command's conversation with a daemon.</summary>
internal sealed class ClientSession(SynicHttp http, CliConsole console, OutputFormat format, string? partition)
{
    private string? _partition = partition;

    public SynicHttp Http => http;

    public CliConsole Console => console;

    public Output Output { get; } = new(console, format);

    /// <summary>The partition that was named.</summary>
    public string? NamedPartition => _partition;

    /// <summary>The partition that is meant: the one named, else the only one.</summary>
    /// <exception cref="UsageException">None is named and there are several.</exception>
    public async ValueTask<string> PartitionAsync(CancellationToken cancellation)
    {
        if (_partition is not null)
        {
            return _partition;
        }

        var all = await PartitionsAsync(http, cancellation).ConfigureAwait(false);
        return _partition = all.Count == 1
            ? all[0]
            : throw new UsageException($"--partition: the daemon has {all.Count} partitions, name one: {string.Join(", ", all)}");
    }

    public static async Task<IReadOnlyList<string>> PartitionsAsync(SynicHttp http, CancellationToken cancellation)
    {
        var list = await http.GetAsync<ListPage<Named>>(ApiPath.Of("partitions"), cancellation).ConfigureAwait(false);
        return [.. list.Value.Items.Select(static p => p.Name)];
    }

    /// <summary>All that has to be understood of a partition to address it.</summary>
    private sealed record Named
    {
        public required string Name { get; init; }
    }
}
