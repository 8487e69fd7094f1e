using System.Globalization;

namespace Synic.Daemon.Experiments.Checks;

/// <summary>Time that has passed since the step before was done.</summary>
internal sealed class AfterCheck : Check
{
    public required TimeSpan After { get; init; }

    public override bool NeedsGuest => false;

    public override string Subject => string.Create(CultureInfo.InvariantCulture, $"{After.TotalSeconds:0.###} s later:");

    public override string ToString() => Name ?? Subject.TrimEnd(':');

    public override ValueTask<Finding> ReadAsync(ExperimentTarget target, CancellationToken cancellation) =>
        ValueTask.FromResult(Finding.Of(Math.Round(target.SinceStep.TotalSeconds, 3)));
}
