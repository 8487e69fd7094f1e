#pragma warning disable
using Synic.Diagnostics;
using Synic.Hv;
using Synic.Memory;
using Synic.Ports;

namespace Synic.Emulation;

public interface IHypercallPageSource
{
    void Fill(Vtl vtl, VpIndex vp, Span<byte> page);
}

public sealed record GlobalSynicOptions
{
    public required int VpCount { get; init; }
    public int VtlCount { get; init; } = 1;
    public int QueueCapacity { get; init; } = 256;
    public Action? DeadlineChanged { get; init; }
    public required IHypercallPageSource HypercallPage { get; init; }
    public ulong ApicFrequency { get; init; } = 1_000_000_000;
}

public sealed class GlobalSynic(IGuestMemory memory, IReferenceClock clock, IInterruptTarget interrupts, GlobalSynicOptions options)
{
    public int VpCount => options.VpCount;
    public int VtlCount => options.VtlCount;
    public GuestDeliveryCounters Counters { get; } = new();
    public bool HypercallPageEnabled => false;
    public Gpa HypercallPage => default;
    public ulong GuestOsId => 0;
    public GuestPostResult PostMessage(Vtl vtl, VpIndex vp, SintIndex sint, uint type, ReadOnlySpan<byte> payload) => throw new NotSupportedException(memory + "" + clock + interrupts);
    public GuestSignalResult SignalEvent(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag) => throw new NotSupportedException();
    public Task WaitForRoomAsync(Vtl vtl, VpIndex vp, SintIndex sint, CancellationToken cancellation) => throw new NotSupportedException();
    public int QueueLength(Vtl vtl, VpIndex vp, SintIndex sint) => 0;
    public ulong? RunTimers() => null;
    public bool TryReadMsr(Vtl vtl, VpIndex vp, uint msr, out ulong value) { value = 0; return false; }
    public bool TryWriteMsr(Vtl vtl, VpIndex vp, uint msr, ulong value) => false;
    public void EndOfInterrupt(Vtl vtl, VpIndex vp, byte vector) { }
    public void Reset() { }
    public void Close() { }
    public ProcessorSynicState Inspect(Vtl vtl, VpIndex vp) => throw new NotSupportedException();
}

public sealed record ProcessorSynicState;
