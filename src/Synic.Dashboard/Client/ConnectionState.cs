namespace Synic.Dashboard.Client;

/// <summary>Whether the pages of one viewer hear from the daemon, for the line in the app bar.</summary>
public sealed class ConnectionState
{
    /// <summary>Raised when <see cref="Status"/> changes, on the thread of the page that noticed.</summary>
    public event Action? Changed;

    public ConnectionStatus Status { get; private set; } = ConnectionStatus.Connecting;

    public string? LostReason { get; private set; }

    public void Heard() => Set(ConnectionStatus.Live, null);

    public void Lost(string reason) => Set(ConnectionStatus.Lost, reason);

    private void Set(ConnectionStatus status, string? reason)
    {
        if (status == Status && reason == LostReason)
        {
            return;
        }

        Status = status;
        LostReason = reason;
        Changed?.Invoke();
    }
}

/// <summary>What the app bar says about the daemon.</summary>
public enum ConnectionStatus
{
    Connecting,
    Live,
    Lost,
}
