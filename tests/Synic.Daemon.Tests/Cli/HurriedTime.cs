namespace Synic.Daemon.Tests.Cli;

/// <summary>The usual time, but pauses of up to a second are over at once; time limits are longer.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime <= s_pause ? TimeSpan.Zero : dueTime, period);
}
