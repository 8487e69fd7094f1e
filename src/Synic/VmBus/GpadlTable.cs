using Synic.Memory;

namespace Synic.VmBus;

/// <summary>What a GPADL message led to.</summary>
internal enum GpadlOutcome
{
    /// <summary>More has to come; no answer yet.</summary>
    Incomplete,
    Created,

    /// <summary>It does not exist (any more).</summary>
    Failed,

    /// <summary>The message belongs to nothing; no answer.</summary>
    Ignored,
}

/// <summary>The GPADLs of one connection, by the guest's numbers, and the bounds on them.</summary>
/// <remarks>Only the worker touches it; the two counts may be read by anyone.</remarks>
internal sealed class GpadlTable(IGuestMemory memory, int maxGpadls, int maxPages)
{
    private readonly Dictionary<uint, Gpadl> _gpadls = [];
    private int _count;
    private int _words;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Words of all GPADLs: their pages, and one for each range.</summary>
    public int Words => Volatile.Read(ref _words);

    public GpadlOutcome Begin(
        uint channel, uint id, int rangeBytes, int rangeCount, ReadOnlySpan<byte> words, out VmBusRefusal refusal)
    {
        var expected = rangeBytes / sizeof(ulong);
        if (_gpadls.ContainsKey(id))
        {
            refusal = VmBusRefusal.GpadlDuplicate;
            return GpadlOutcome.Failed;
        }

        // Each range has its header word and at least one page.
        if (rangeBytes % sizeof(ulong) != 0 || rangeCount == 0 || expected < 2 * rangeCount)
        {
            refusal = VmBusRefusal.GpadlMalformed;
            return GpadlOutcome.Failed;
        }

        if (_count == maxGpadls || expected > maxPages - _words)
        {
            refusal = VmBusRefusal.GpadlLimit;
            return GpadlOutcome.Failed;
        }

        var gpadl = new Gpadl(id, channel, expected, rangeCount);
        _gpadls.Add(id, gpadl);
        Volatile.Write(ref _count, _count + 1);
        Volatile.Write(ref _words, _words + expected);
        return Append(gpadl, words, out refusal);
    }

    /// <param name="id">As the guest gave it.</param>
    /// <param name="words">More of it.</param>
    /// <param name="channel">Whose GPADL it is.</param>
    /// <param name="refusal">Why it failed or was ignored.</param>
    public GpadlOutcome Continue(uint id, ReadOnlySpan<byte> words, out uint channel, out VmBusRefusal refusal)
    {
        channel = 0;
        if (!_gpadls.TryGetValue(id, out var gpadl))
        {
            refusal = VmBusRefusal.UnknownGpadl;
            return GpadlOutcome.Ignored;
        }

        channel = gpadl.Channel;
        if (gpadl.Ranges is not null)
        {
            refusal = VmBusRefusal.GpadlDuplicate;
            return GpadlOutcome.Ignored;
        }

        if (words.IsEmpty)
        {
            refusal = VmBusRefusal.TooShort;
            return GpadlOutcome.Ignored;
        }

        return Append(gpadl, words, out refusal);
    }

    /// <returns>Null: no such GPADL of this channel.</returns>
    public Gpadl? Find(uint channel, uint id) =>
        _gpadls.TryGetValue(id, out var gpadl) && gpadl.Channel == channel ? gpadl : null;

    public void Remove(Gpadl gpadl)
    {
        if (_gpadls.Remove(gpadl.Id))
        {
            Volatile.Write(ref _count, _count - 1);
            Volatile.Write(ref _words, _words - gpadl.ExpectedWords);
        }
    }

    public void RemoveChannel(uint channel)
    {
        foreach (var gpadl in _gpadls.Values.Where(g => g.Channel == channel).ToArray())
        {
            Remove(gpadl);
        }
    }

    private GpadlOutcome Append(Gpadl gpadl, ReadOnlySpan<byte> words, out VmBusRefusal refusal)
    {
        refusal = default;
        gpadl.Append(words);
        if (!gpadl.HasAllWords)
        {
            return GpadlOutcome.Incomplete;
        }

        if (gpadl.Complete(memory) is not { } reason)
        {
            return GpadlOutcome.Created;
        }

        Remove(gpadl);
        refusal = reason;
        return GpadlOutcome.Failed;
    }
}
