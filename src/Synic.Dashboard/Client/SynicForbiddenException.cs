namespace Synic.Dashboard.Client;

/// <summary>This caller may not see that; the message says which right is missing and how to get it.</summary>
public sealed class SynicForbiddenException : Exception
{
    public SynicForbiddenException()
        : this("A right is missing.")
    {
    }

    public SynicForbiddenException(string message)
        : base(message)
    {
    }

    public SynicForbiddenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
