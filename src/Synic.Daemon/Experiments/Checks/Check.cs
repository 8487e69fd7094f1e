using System.Text.Json;

namespace Synic.Daemon.Experiments.Checks;

/// <summary>Something that can be read from a running experiment, and what it has to be.</summary>
internal abstract class Check
{
    /// <summary>In the author's words; null: <see cref="Subject"/> says it.</summary>
    public string? Name { get; init; }

    public required Comparison Expected { get; init; }

    /// <summary>How long it may take to become true.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>Only a guest that runs can still change it.</summary>
    public virtual bool NeedsGuest => true;

    /// <summary>What is read, for people.</summary>
    public abstract string Subject { get; }

    /// <summary>What it is now.</summary>
    public abstract ValueTask<Finding> ReadAsync(ExperimentTarget target, CancellationToken cancellation);

    public override string ToString() => Name ?? $"{Subject} {Expected}";
}

/// <summary>A value as it was read.</summary>
/// <param name="Value">Null: there is none.</param>
/// <param name="Note">Why there is none, or what may matter when it is not as expected.</param>
internal readonly record struct Finding(JsonElement? Value, string? Note = null)
{
    public static Finding Of(long count, string? note = null) => new(JsonSerializer.SerializeToElement(count), note);

    public static Finding Of(double number, string? note = null) => new(JsonSerializer.SerializeToElement(number), note);
}
