using System.Runtime.InteropServices;
using Synic.Hv;

namespace Synic.History;

/// <summary>A record as the history holds it: fields, not properties, so that nobody copies the call to read one member.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct EventEntry
{
    /// <summary>Counts all records of the program; see <see cref="EventCollector"/>.</summary>
    public long Sequence;

    public CallRecord Call;

    /// <summary>The port behind the connection at that time; null when there was none, or it is not known.</summary>
    public PortFacts? Port;
}

/// <summary>A reader's buffer: copies of records that lie one after the other in a history, with their payloads.</summary>
public sealed class EventBatch
{
    public const int Size = 256;

    private readonly byte[] _payloads = new byte[Size * HvMessage.MaxPayload];

    internal EventEntry[] Buffer { get; } = new EventEntry[Size];

    /// <summary>The place of the first one in its history.</summary>
    public long First { get; internal set; }

    public int Count { get; internal set; }

    public ReadOnlySpan<EventEntry> Entries => Buffer.AsSpan(0, Count);

    /// <summary>The bytes of an entry; false when they are not kept, or there were none.</summary>
    public bool TryGetPayload(int index, out ReadOnlySpan<byte> payload)
    {
        ref readonly var call = ref Buffer[index].Call;
        var kept = (call.Fields & CallFields.Bytes) != 0;
        payload = kept ? _payloads.AsSpan(index * HvMessage.MaxPayload, call.Size) : default;
        return kept;
    }

    public void Clear() => Count = 0;

    internal Span<byte> PayloadRoom(int index, int size) => _payloads.AsSpan(index * HvMessage.MaxPayload, size);
}
