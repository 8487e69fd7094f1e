namespace Synic.Dashboard.Client;

/// <summary>The daemon cannot be reached now; asking again later may work.</summary>
public sealed class SynicUnavailableException : Exception
{
    public SynicUnavailableException()
        : this("The daemon cannot be reached.")
    {
    }

    public SynicUnavailableException(string message)
        : base(message)
    {
    }

    public SynicUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
