namespace Synic.Daemon.Experiments.Checks;

/// <summary>How many lines of the guest's serial output have a text, since the experiment began.</summary>
internal sealed class SerialCheck : Check
{
    public required SerialPattern Pattern { get; init; }

    public override string Subject => $"serial lines with {Pattern}:";

    public override ValueTask<Finding> ReadAsync(ExperimentTarget target, CancellationToken cancellation)
    {
        target.Serial.Pump();
        return ValueTask.FromResult(Finding.Of(target.Serial.Count(Pattern), target.Serial.Lost > 0 ? $"{target.Serial.Lost} characters were lost" : null));
    }
}
