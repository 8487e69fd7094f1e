using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Synic.Hv;

namespace Synic.Diagnostics;

/// <summary>How a signal reached the port map.</summary>
public enum SignalPath
{
    Hypercall,
    Monitor,
}

/// <summary>
/// Outcomes of the posts and signals of one VP. One thread writes, any thread reads: plain stores, no atomics,
/// padded on both sides against the neighbours' cache lines.
/// </summary>
public sealed class DispatchCounters
{
    private State _state;

    public void CountPost(Vtl vtl) => Add(ref _state.PostCalls[vtl.Value % Vtl.Count], 1);

    public void CountPostBytes(int bytes) => Add(ref _state.PostBytes, bytes);

    public void CountPostFailure(HvStatus status) => Add(ref _state.PostFailures[FailureStatus.IndexOf(status)], 1);

    public void CountSignal(Vtl vtl, SignalPath path) =>
        Add(ref _state.SignalCalls[((int)path * Vtl.Count) + (vtl.Value % Vtl.Count)], 1);

    public void CountSignalFailure(HvStatus status, SignalPath path) =>
        Add(ref _state.SignalFailures[((int)path * FailureStatus.Count) + FailureStatus.IndexOf(status)], 1);

    public long PostCalls(Vtl vtl) => Volatile.Read(ref _state.PostCalls[vtl.Value]);

    public long PostBytes() => Volatile.Read(ref _state.PostBytes);

    public long PostFailures(int status) => Volatile.Read(ref _state.PostFailures[status]);

    public long SignalCalls(Vtl vtl, SignalPath path) =>
        Volatile.Read(ref _state.SignalCalls[((int)path * Vtl.Count) + vtl.Value]);

    public long SignalFailures(int status, SignalPath path) =>
        Volatile.Read(ref _state.SignalFailures[((int)path * FailureStatus.Count) + status]);

    private static void Add(ref long counter, long amount) => Volatile.Write(ref counter, counter + amount);

    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        private readonly Padding _before;
        public PerVtl PostCalls;
        public long PostBytes;
        public PerStatus PostFailures;
        public PerPathAndVtl SignalCalls;
        public PerPathAndStatus SignalFailures;
        private readonly Padding _after;
    }

    [InlineArray(Vtl.Count)]
    private struct PerVtl
    {
        private long _first;
    }

    [InlineArray(FailureStatus.Count)]
    private struct PerStatus
    {
        private long _first;
    }

    [InlineArray(2 * Vtl.Count)]
    private struct PerPathAndVtl
    {
        private long _first;
    }

    [InlineArray(2 * FailureStatus.Count)]
    private struct PerPathAndStatus
    {
        private long _first;
    }
}

/// <summary>128 bytes that keep two writers' cache lines apart (two lines: the prefetcher fetches pairs).</summary>
[InlineArray(16)]
internal struct Padding
{
    private long _first;
}
