using System.Runtime.CompilerServices;
using Synic.Diagnostics;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Emulation;

/// <summary>The messages that wait for one SINT of one VP, in the order of posting; of fixed size from the first one on.</summary>
/// <remarks>The lock of the <see cref="ProcessorSynic"/> guards every member but <see cref="Count"/>.</remarks>
internal sealed class MessageQueue(int capacity)
{
    private readonly QueuedMessage[] _ring = new QueuedMessage[capacity];
    private int _head;
    private int _count;
    private TaskCompletionSource? _room;

    public int Count => Volatile.Read(ref _count);

    public bool IsFull => _count == _ring.Length;

    /// <summary>The oldest message; only while there is one.</summary>
    public ref QueuedMessage Head => ref _ring[_head];

    /// <param name="message">A whole slot. Only while the queue is not full.</param>
    /// <param name="queuedAt">Reference time.</param>
    /// <param name="reason">Why it could not be delivered at once; counted already.</param>
    /// <param name="effect">What a fault rule does to its delivery.</param>
    public void Enqueue(ReadOnlySpan<byte> message, ulong queuedAt, DeferReason reason, in FaultEffect effect)
    {
        ref var slot = ref _ring[(_head + _count) % _ring.Length];
        message.CopyTo(slot.Bytes);
        slot.QueuedAt = queuedAt;
        slot.Effect = effect;
        slot.BusyLeft = effect.Kind == FaultEffectKind.Busy ? effect.Count - 1 : 0; // the first try is over
        slot.Reasons = 0;
        slot.TryNote(reason);
        Volatile.Write(ref _count, _count + 1);
    }

    public void Dequeue()
    {
        Head.Effect = default; // no rule is kept alive
        _head = (_head + 1) % _ring.Length;
        Volatile.Write(ref _count, _count - 1);
        WakeWaiters();
    }

    /// <returns>How many there were.</returns>
    public int Clear()
    {
        var count = _count;
        Volatile.Write(ref _count, 0);
        WakeWaiters();
        return count;
    }

    /// <summary>Completes when it is worth posting again.</summary>
    public Task WaitForChange() =>
        (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void WakeWaiters()
    {
        // Under the lock, yet no waiter runs here: continuations go to the thread pool.
        _room?.TrySetResult();
        _room = null;
    }
}

/// <summary>A message in the queue.</summary>
internal struct QueuedMessage
{
    public MessageBytes Bytes;
    public ulong QueuedAt;
    public byte Reasons;

    /// <summary>What a fault rule does to its delivery.</summary>
    public FaultEffect Effect;

    /// <summary>Tries for which the slot shall look taken.</summary>
    public int BusyLeft;

    /// <summary>Whether the slot shall look taken now; counts the tries.</summary>
    public bool TakesBusyTry() => BusyLeft > 0 && !Effect.Rule!.IsOver && BusyLeft-- > 0;

    /// <returns>Whether the message has not waited for this reason before.</returns>
    public bool TryNote(DeferReason reason)
    {
        var bit = (byte)(1 << (int)reason);
        if ((Reasons & bit) != 0)
        {
            return false;
        }

        Reasons |= bit;
        return true;
    }
}

[InlineArray(HvMessage.Size)]
internal struct MessageBytes
{
    private byte _first;
}
