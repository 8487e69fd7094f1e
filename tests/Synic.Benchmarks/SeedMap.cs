using System.Runtime.CompilerServices;

namespace Synic.Benchmarks;

/// <summary>
/// The design that the product is measured against, as plain as it stands: one lock, one hash map, and a reference
/// counted entry that is cloned under the lock and called after it. No counters, no guarantee about removal.
/// </summary>
internal sealed class SeedMap
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, SeedEntry> _entries = [];

    public void Add(uint connection, SeedEntry entry)
    {
        lock (_gate)
        {
            _entries.Add(connection, entry);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int PostMessage(byte vtl, uint connection, bool trusted, ReadOnlySpan<byte> message)
    {
        if (Clone(connection) is not { } entry)
        {
            return SeedStatus.InvalidConnectionId;
        }

        var status = entry.Target is not ISeedMessagePort port ? SeedStatus.InvalidConnectionId
            : vtl < entry.MinimumVtl ? SeedStatus.OperationDenied
            : port.TryHandleMessage(message, trusted) ? SeedStatus.Success
            : SeedStatus.InsufficientBuffers;
        entry.Release();
        return status;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int SignalEvent(byte vtl, uint connection, ushort flag)
    {
        if (Clone(connection) is not { } entry)
        {
            return SeedStatus.InvalidConnectionId;
        }

        var status = SeedStatus.Success;
        if (entry.Target is not ISeedEventPort port)
        {
            status = SeedStatus.InvalidConnectionId;
        }
        else if (vtl < entry.MinimumVtl)
        {
            status = SeedStatus.OperationDenied;
        }
        else
        {
            port.HandleEvent(flag);
        }

        entry.Release();
        return status;
    }

    private SeedEntry? Clone(uint connection)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(connection, out var entry))
            {
                return null;
            }

            entry.AddReference();
            return entry;
        }
    }
}

/// <summary>The statuses as numbers.</summary>
internal static class SeedStatus
{
    public const int Success = 0;
    public const int OperationDenied = 0x08;
    public const int InvalidConnectionId = 0x12;
    public const int InsufficientBuffers = 0x13;
}

/// <summary>A port with its reference count.</summary>
internal sealed class SeedEntry(object target, byte minimumVtl)
{
    private int _references = 1;

    public object Target => target;

    public byte MinimumVtl => minimumVtl;

    public void AddReference() => Interlocked.Increment(ref _references);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            (Target as IDisposable)?.Dispose();
        }
    }
}

internal interface ISeedMessagePort
{
    bool TryHandleMessage(ReadOnlySpan<byte> message, bool trusted);
}

internal interface ISeedEventPort
{
    void HandleEvent(ushort flag);
}
