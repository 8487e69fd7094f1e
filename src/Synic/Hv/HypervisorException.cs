namespace Synic.Hv;

/// <summary>
/// The machine refused while a backend was being set up. Never thrown for what a guest does: that is answered with an
/// <see cref="HvStatus"/>.
/// </summary>
public sealed class HypervisorException : Exception
{
    public HypervisorException()
    {
    }

    public HypervisorException(string message)
        : base(message)
    {
    }

    public HypervisorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public HypervisorException(string call, int errno, string? remedy = null)
        : base(remedy is null ? $"{call} failed (errno {errno})" : $"{call} failed (errno {errno}): {remedy}")
    {
        Call = call;
        Errno = errno;
    }

    /// <summary>The native call that failed, if it was one.</summary>
    public string? Call { get; }

    /// <summary>Its errno; 0 when there is none.</summary>
    public int Errno { get; }
}
