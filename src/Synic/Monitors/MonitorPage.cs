using System.Buffers.Binary;
using System.Numerics;
using Synic.Hv;

namespace Synic.Monitors;

/// <summary>
/// The child-to-parent monitor page of one VTL: turns a guest's write to it into the connections to signal.
/// </summary>
/// <remarks>
/// The page traps on write and never stores anything, so each write carries only the bits that were just set. There is
/// no polling and no armed state; latency is not waited for (as OpenVMM's vmcore/src/monitor.rs has it).
/// </remarks>
public sealed class MonitorPage(MonitorList monitors)
{
    private const long NoPage = -1;

    private readonly Lock _gate = new(); // guards _pages
    private long _childToParent = NoPage;
    private MonitorPageGpas? _pages;
    private long _unknown;
    private long _outside;
    private long _signalled;

    public MonitorList Monitors => monitors;

    /// <summary>Where the pages are; null while there are none.</summary>
    public MonitorPageGpas? Pages
    {
        get
        {
            lock (_gate)
            {
                return _pages;
            }
        }
    }

    /// <summary>Bits set whose id no port has.</summary>
    public long UnknownTriggers => Volatile.Read(ref _unknown);

    /// <summary>Writes into the page behind the trigger groups, or across its end.</summary>
    public long OutsideWrites => Volatile.Read(ref _outside);

    public long Signalled => Volatile.Read(ref _signalled);

    /// <returns>The pages before.</returns>
    /// <exception cref="ArgumentException">A page is not page-aligned, or both are the same.</exception>
    public MonitorPageGpas? SetPages(MonitorPageGpas? pages)
    {
        if (pages is { } given)
        {
            if (!given.ChildToParent.IsPageAligned || !given.ParentToChild.IsPageAligned)
            {
                throw new ArgumentException("monitor pages are page-aligned", nameof(pages));
            }

            if (given.ChildToParent == given.ParentToChild)
            {
                throw new ArgumentException("the two monitor pages are different pages", nameof(pages));
            }
        }

        lock (_gate)
        {
            var previous = _pages;
            _pages = pages;
            Volatile.Write(ref _childToParent, pages is { } now ? (long)now.ChildToParent.Value : NoPage);
            return previous;
        }
    }

    /// <summary>Looks whether a guest's write hits the page, and which ids it triggers.</summary>
    /// <param name="gpa">Where the write starts.</param>
    /// <param name="data">What was written, a copy.</param>
    /// <param name="triggers">Receives the ids that were set, at most <see cref="MonitorId.Count"/>.</param>
    /// <param name="count">How many were filled in.</param>
    /// <returns>False when the write is not to this page; true also when it was swallowed without effect.</returns>
    public bool CheckWrite(Gpa gpa, ReadOnlySpan<byte> data, Span<MonitorTrigger> triggers, out int count)
    {
        count = 0;
        var page = Volatile.Read(ref _childToParent);
        if (page == NoPage || gpa.Page.Value != (ulong)page)
        {
            return false;
        }

        var offset = (int)(gpa.Value - (ulong)page);
        if (offset + data.Length > HvMonitorPage.WrittenSize)
        {
            Interlocked.Increment(ref _outside);
            return true;
        }

        Span<byte> image = stackalloc byte[HvMonitorPage.WrittenSize];
        image.Clear();
        data.CopyTo(image[offset..]);
        for (var group = 0; group < HvMonitorPage.Groups; group++)
        {
            var pending = BinaryPrimitives.ReadUInt32LittleEndian(
                image[(HvMonitorPage.TriggerGroupsOffset + (group * HvMonitorPage.TriggerGroupSize))..]);
            for (; pending != 0; pending &= pending - 1)
            {
                var id = new MonitorId((byte)((group * HvMonitorPage.TriggersPerGroup) + BitOperations.TrailingZeroCount(pending)));
                var bound = monitors.TryGet(id, out var connection);
                triggers[count++] = new MonitorTrigger(id, connection, bound);
                if (!bound)
                {
                    Interlocked.Increment(ref _unknown);
                    continue;
                }

                monitors.CountTrigger(id);
                Interlocked.Increment(ref _signalled);
            }
        }

        return true;
    }

    /// <summary>Looks whether a guest's read hits the page; it then sees zeros.</summary>
    public bool CheckRead(Gpa gpa, Span<byte> destination)
    {
        var page = Volatile.Read(ref _childToParent);
        if (page == NoPage || gpa.Page.Value != (ulong)page)
        {
            return false;
        }

        destination.Clear();
        return true;
    }
}

/// <summary>A bit that a guest set.</summary>
/// <param name="Id">Which.</param>
/// <param name="Connection">What it signals.</param>
/// <param name="IsBound">False: no port has the id, and there is nothing to signal.</param>
public readonly record struct MonitorTrigger(MonitorId Id, ConnectionId Connection, bool IsBound);
