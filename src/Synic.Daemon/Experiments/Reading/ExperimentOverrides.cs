namespace Synic.Daemon.Experiments.Reading;

/// <summary>What the command line says instead of the file: mostly where the guest lies on this machine.</summary>
internal sealed record ExperimentOverrides
{
    public string? Guest { get; init; }

    public string? Initrd { get; init; }

    public string? Append { get; init; }

    public string? Backend { get; init; }

    public ulong? Seed { get; init; }

    public TimeSpan? Deadline { get; init; }
}
