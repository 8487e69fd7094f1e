namespace Synic.Benchmarks;

/// <summary>The numbers to hold. Those for CI leave room for a busy machine.</summary>
internal static class Limits
{
    public const double RegistrationMicroseconds = 1.5;

    /// <summary>Calls while others read, against calls while nobody does: the difference is noise.</summary>
    public const double ReadersRatio = 1.15;

    public const double ListMilliseconds = 20;

    public const double InspectMilliseconds = 30;

    public const double InspectMebibytes = 4;

    /// <summary>How many times faster than the seed's design a dispatch has to be.</summary>
    public static double Ratio(Operation operation, int ports, bool gate) => operation switch
    {
        Operation.CopyPost => gate ? 1.3 : 1.8,
        _ when gate => 1.5,
        _ => ports > 1000 ? 3.3 : 2.5,
    };
}
