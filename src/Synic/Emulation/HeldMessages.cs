using Synic.Ports;

namespace Synic.Emulation;

/// <summary>
/// Messages for one SINT that fault rules hold back, and those that came after them: nothing overtakes, so that what a
/// rule delays is late and nothing else. What it reorders changes places with its like.
/// </summary>
/// <remarks>The lock of the <see cref="ProcessorSynic"/> guards every member but <see cref="Count"/>.</remarks>
internal sealed class HeldMessages
{
    private readonly List<HeldMessage> _messages = [];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Reference time at which to look again; <see cref="SynicTimer.Never"/> while nothing is held.</summary>
    public ulong Deadline { get; private set; } = SynicTimer.Never;

    /// <param name="message">A whole slot.</param>
    /// <param name="effect">What holds it; none: those before it do.</param>
    /// <param name="now">Reference time.</param>
    public void Add(ReadOnlySpan<byte> message, in FaultEffect effect, ulong now)
    {
        var held = new HeldMessage { Effect = effect, HeldAt = now, Due = now + (ulong)Math.Max(0, effect.Delay) };
        message.CopyTo(held.Bytes);
        _messages.Add(held);
        if (effect.Kind == FaultEffectKind.Reorder && Waiting(effect.Rule!) >= effect.Count)
        {
            Reorder(effect.Rule!);
        }

        Changed();
    }

    /// <summary>Takes the first message out if nothing holds it any more.</summary>
    public bool TryTake(ulong now, out HeldMessage message)
    {
        foreach (var held in _messages)
        {
            if (held is { IsReordered: false, Effect.Kind: FaultEffectKind.Reorder } && IsOver(held, now))
            {
                Reorder(held.Effect.Rule!);
                break; // places were changed: the others come with the next look
            }
        }

        message = null!;
        if (_messages.Count == 0 || !IsFree(_messages[0], now))
        {
            Changed();
            return false;
        }

        message = _messages[0];
        _messages.RemoveAt(0);
        Changed();
        return true;
    }

    /// <summary>Takes everything out, held or not.</summary>
    public HeldMessage[] Clear()
    {
        HeldMessage[] all = [.. _messages];
        _messages.Clear();
        Changed();
        return all;
    }

    private static bool IsFree(HeldMessage message, ulong now) => message.Effect.Kind switch
    {
        FaultEffectKind.Delay => IsOver(message, now),
        FaultEffectKind.Reorder => message.IsReordered,
        _ => true,
    };

    private static bool IsOver(HeldMessage message, ulong now) => message.Due <= now || message.Effect.Rule!.IsOver;

    private int Waiting(InjectingRule rule) => _messages.Count(m => IsWaiting(m, rule));

    private static bool IsWaiting(HeldMessage message, InjectingRule rule) =>
        message is { IsReordered: false, Effect.Kind: FaultEffectKind.Reorder } && message.Effect.Rule == rule;

    // The rule's messages keep the places that they have together; who is in which place their draws tell.
    private void Reorder(InjectingRule rule)
    {
        var places = Enumerable.Range(0, _messages.Count).Where(i => IsWaiting(_messages[i], rule)).ToArray();
        var order = places.Select(i => _messages[i]).OrderBy(static m => m.Effect.Draw).ToArray();
        for (var i = 0; i < places.Length; i++)
        {
            order[i].IsReordered = true;
            _messages[places[i]] = order[i];
        }
    }

    private void Changed()
    {
        Volatile.Write(ref _count, _messages.Count);
        var deadline = SynicTimer.Never;
        foreach (var message in _messages)
        {
            if (message.Effect.Kind == FaultEffectKind.Delay || message is { IsReordered: false, Effect.Kind: FaultEffectKind.Reorder })
            {
                deadline = Math.Min(deadline, message.Due);
            }
        }

        Deadline = deadline;
    }
}

/// <summary>A message that is held back.</summary>
internal sealed class HeldMessage
{
    private MessageBytes _bytes;

    public Span<byte> Bytes => _bytes;

    public FaultEffect Effect { get; init; }

    public ulong HeldAt { get; init; }

    public ulong Due { get; init; }

    public bool IsReordered { get; set; }
}
