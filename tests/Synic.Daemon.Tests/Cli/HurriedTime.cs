namespace Synic.Daemon.Tests.Cli;

/// <summary>The usual time, but the pauses that clients make are over at once; time limits are of other lengths.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private static readonly TimeSpan[] s_pauses = [TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1)];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, s_pauses.Contains(dueTime) ? TimeSpan.Zero : dueTime, period);
}
