namespace Synic.Backends;

/// <summary>Exits of one VP by reason: its thread writes, any thread reads.</summary>
internal sealed class ExitCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<ExitReason>().Length];

    public void Count(ExitReason reason) => Volatile.Write(ref _counts[(int)reason], _counts[(int)reason] + 1);

    public long Read(ExitReason reason) => Volatile.Read(ref _counts[(int)reason]);
}
