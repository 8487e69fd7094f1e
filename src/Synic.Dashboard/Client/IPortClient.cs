namespace Synic.Dashboard.Client;

/// <summary>One port, looked at closely: what it is, what it was asked, why a call would fail, and calls made as the guest.</summary>
/// <remarks>Members fail as those of <see cref="ISynicClient"/> do.</remarks>
public interface IPortClient;
