using Synic.Diagnostics;
using Synic.Memory;

namespace Synic.Emulation;

/// <summary>What all parts of one partition's SynIC share.</summary>
internal sealed record SynicServices(
    IGuestMemory Memory, IReferenceClock Clock, IInterruptTarget Interrupts, GlobalSynicOptions Options)
{
    public OverlayRegistry Overlays { get; } = new();

    public GuestDeliveryCounters Counters { get; } = new();
}
