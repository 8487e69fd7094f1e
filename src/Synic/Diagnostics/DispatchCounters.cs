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
public class DispatchCounters
{
    private const int VtlBits = 2;
    private const int VtlMask = (1 << VtlBits) - 1;
    private const int StatusBits = 4;
    private const int StatusMask = (1 << StatusBits) - 1;

    private State _state;

    // Plain increments: an aligned 64-bit store is whole, and nobody orders anything by these.
    public void CountPost(Vtl vtl) => _state.PostCalls[vtl.Value & VtlMask]++;

    public void CountPostBytes(int bytes) => _state.PostBytes += bytes;

    public void CountPostFailure(HvStatus status) => CountPostFailure(FailureStatus.IndexOf(status));

    /// <summary>Counts a status that a fault rule made; in the counters of real failures it is not.</summary>
    public void CountInjectedPostFailure(HvStatus status) =>
        _state.InjectedPostFailures[FailureStatus.IndexOf(status) & StatusMask]++;

    public void CountSignal(Vtl vtl, SignalPath path) => _state.SignalCalls[SignalIndex(vtl, path)]++;

    public void CountSignalFailure(HvStatus status, SignalPath path) => CountSignalFailure(FailureStatus.IndexOf(status), path);

    /// <inheritdoc cref="CountInjectedPostFailure"/>
    public void CountInjectedSignalFailure(HvStatus status, SignalPath path) =>
        _state.InjectedSignalFailures[FailureIndex(FailureStatus.IndexOf(status), path)]++;

    public long PostCalls(Vtl vtl) => Volatile.Read(ref _state.PostCalls[vtl.Value & VtlMask]);

    public long PostBytes() => Volatile.Read(ref _state.PostBytes);

    public long PostFailures(int status) => Volatile.Read(ref _state.PostFailures[status & StatusMask]);

    public long SignalCalls(Vtl vtl, SignalPath path) => Volatile.Read(ref _state.SignalCalls[SignalIndex(vtl, path)]);

    public long SignalFailures(int status, SignalPath path) =>
        Volatile.Read(ref _state.SignalFailures[FailureIndex(status, path)]);

    public long InjectedPostFailures(int status) => Volatile.Read(ref _state.InjectedPostFailures[status & StatusMask]);

    public long InjectedSignalFailures(int status, SignalPath path) =>
        Volatile.Read(ref _state.InjectedSignalFailures[FailureIndex(status, path)]);

    /// <summary>Adds what another counted, which must not move meanwhile; only the thread that counts here.</summary>
    public void Add(DispatchCounters other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Add(_state.PostCalls, other._state.PostCalls);
        Add(_state.PostFailures, other._state.PostFailures);
        Add(_state.SignalCalls, other._state.SignalCalls);
        Add(_state.SignalFailures, other._state.SignalFailures);
        Add(_state.InjectedPostFailures, other._state.InjectedPostFailures);
        Add(_state.InjectedSignalFailures, other._state.InjectedSignalFailures);
        _state.PostBytes += other._state.PostBytes;
    }

    /// <summary>As <see cref="CountPostFailure(HvStatus)"/>, where the index is known.</summary>
    internal void CountPostFailure(int index) => _state.PostFailures[index & StatusMask]++;

    /// <summary>As <see cref="CountSignalFailure(HvStatus, SignalPath)"/>, where the index is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void CountSignalFailure(int index, SignalPath path) => _state.SignalFailures[FailureIndex(index, path)]++;

    // Masked, so that no index needs a check; the places above the last VTL and the last status stay empty.
    private static int SignalIndex(Vtl vtl, SignalPath path) => (((int)path << VtlBits) | (vtl.Value & VtlMask)) & (2 * VtlMask + 1);

    private static int FailureIndex(int index, SignalPath path) => (((int)path << StatusBits) | (index & StatusMask)) & (2 * StatusMask + 1);

    private static void Add(Span<long> sum, ReadOnlySpan<long> more)
    {
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] += more[i];
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        private readonly Padding _before;
        public PerVtl PostCalls;
        public long PostBytes;
        public PerStatus PostFailures;
        public PerPathAndVtl SignalCalls;
        public PerPathAndStatus SignalFailures;
        public PerStatus InjectedPostFailures; // last: the cells above stay where they were
        public PerPathAndStatus InjectedSignalFailures;
        private readonly Padding _after;
    }

    [InlineArray(VtlMask + 1)]
    private struct PerVtl
    {
        private long _first;
    }

    [InlineArray(StatusMask + 1)]
    private struct PerStatus
    {
        private long _first;
    }

    [InlineArray(2 * (VtlMask + 1))]
    private struct PerPathAndVtl
    {
        private long _first;
    }

    [InlineArray(2 * (StatusMask + 1))]
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
