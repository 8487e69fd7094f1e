using Synic.Hv;

namespace Synic.Monitors;

/// <summary>Asks for an event port to be signalled through the monitor page too.</summary>
/// <param name="Id">The trigger bit, 0 to 127.</param>
/// <param name="Latency">How late a signal may arrive, as offered to the guest.</param>
public readonly record struct MonitorInfo(MonitorId Id, TimeSpan Latency);

/// <summary>The pair of pages of one connection (INITIATE_CONTACT carries both).</summary>
/// <param name="ParentToChild">Host to guest. Held, shown, and not used: hosts signal with event flags.</param>
/// <param name="ChildToParent">Guest to host: the page whose writes become signals.</param>
public readonly record struct MonitorPageGpas(Gpa ParentToChild, Gpa ChildToParent);
