namespace Synic.Dashboard.Client;

/// <summary>Fault rules, what they decided, and the switch that stops them all.</summary>
/// <remarks>Members fail as those of <see cref="ISynicClient"/> do.</remarks>
public interface IFaultClient;
