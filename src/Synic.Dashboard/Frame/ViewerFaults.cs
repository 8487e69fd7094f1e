using Synic.Contracts;

namespace Synic.Dashboard.Frame;

/// <summary>The faults of the daemon as the frame of the viewer's page last heard of them, for the parts of the page.</summary>
public sealed class ViewerFaults
{
    /// <summary>Raised when there is another <see cref="Latest"/>, on the thread of the page.</summary>
    public event Action? Changed;

    /// <summary>Null until the daemon has answered.</summary>
    public FaultsSnapshot? Latest { get; private set; }

    public bool MayInject => Latest is { Lab: true, MayInject: true };

    /// <summary>Why there are no controls; null: there are, or it is not known yet.</summary>
    public string? WhyNot => Latest switch
    {
        { Lab: false } => "This daemon only watches: start it with --lab to inject faults.",
        { MayInject: false } =>
            "You may look, not change: the right \"inject\" is missing. Open the link that the daemon printed when it started, or a new one from POST /api/v1/login-links.",
        _ => null,
    };

    public void Take(FaultsSnapshot snapshot)
    {
        Latest = snapshot;
        Changed?.Invoke();
    }
}
