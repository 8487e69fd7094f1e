using System.Runtime.CompilerServices;
using Synic.Diagnostics;
using Synic.History;
using Synic.Hv;
using Synic.Hypercalls;
using Synic.Memory;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.Backends;

/// <summary>Monitor pages of all VTLs of a partition; turns trapped writes into signals through the port map.</summary>
internal sealed class UserMonitors : ISynicMonitor
{
    private readonly IGuestMemory _memory;
    private readonly MonitorList _list = new();
    private readonly MonitorPage[] _pages;
    private readonly Action<Gpa?>? _trap;
    private readonly Lock _writing = new(); // one writer of the pages at a time: the last binding wins

    /// <param name="memory">The pages lie in it.</param>
    /// <param name="vtlCount">One pair of pages for each.</param>
    /// <param name="trap">Makes a guest's writes to the child-to-parent page come to <see cref="HandleWrite"/>.</param>
    public UserMonitors(IGuestMemory memory, int vtlCount, Action<Gpa?>? trap)
    {
        _memory = memory;
        _trap = trap;
        _pages = [.. Enumerable.Range(0, vtlCount).Select(_ => new MonitorPage(_list))];
    }

    /// <summary>What the guest triggers is written down there; null for nowhere.</summary>
    public CallTap? Tap { get; init; }

    public MonitorPage Page(Vtl vtl) => _pages[vtl.Value];

    public IDisposable RegisterMonitor(MonitorId id, ConnectionId connection, TimeSpan latency)
    {
        var binding = new Binding(this, _list.Register(id, connection, latency));
        WritePages();
        return binding;
    }

    public void SetMonitorPages(Vtl vtl, MonitorPageGpas? pages)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(vtl.Value, _pages.Length, nameof(vtl));
        if (pages is { } given
            && (!_memory.Contains(given.ChildToParent, Gpa.PageSize) || !_memory.Contains(given.ParentToChild, Gpa.PageSize)))
        {
            throw new ArgumentException("monitor pages lie in guest memory", nameof(pages));
        }

        var previous = _pages[vtl.Value].SetPages(pages);
        try
        {
            _trap?.Invoke(pages?.ChildToParent);
            WritePages();
        }
        catch
        {
            _pages[vtl.Value].SetPages(previous);
            throw;
        }
    }

    /// <summary>The host has no guest memory of its own here: the guest names the pages.</summary>
    public MonitorPageGpas? AllocateMonitorPages(Vtl vtl) => null;

    // The guest reads latency and connection of an id there (in Linux: sysfs). Nothing is ever pending in it.
    private void WritePages()
    {
        lock (_writing)
        {
            var image = new byte[Gpa.PageSize];
            MonitorPageImage.Write(_list, image);
            foreach (var page in _pages)
            {
                if (page.Pages is { } pages)
                {
                    _memory.TryWrite(pages.ChildToParent, image);
                }
            }
        }
    }

    /// <summary>Signals what a guest's write triggers.</summary>
    /// <returns>False when the write is not to a monitor page.</returns>
    [SkipLocalsInit]
    public bool HandleWrite(SynicPortMap map, DispatchContext context, Vtl vtl, Gpa gpa, ReadOnlySpan<byte> data)
    {
        Span<MonitorTrigger> triggers = stackalloc MonitorTrigger[MonitorId.Count];
        if (!_pages[vtl.Value].CheckWrite(gpa, data, triggers, out var count))
        {
            return false;
        }

        foreach (var trigger in triggers[..count])
        {
            var status = trigger.IsBound
                ? map.HandleSignalEvent(context, vtl, trigger.Connection, flag: 0, SignalPath.Monitor)
                : HvStatus.InvalidConnectionId;
            if (Tap is { } tap)
            {
                CallWriter.Monitor(tap, context, vtl, trigger, status);
            }
        }

        if (count == 0 && Tap is { } watched && data.ContainsAnyExcept((byte)0))
        {
            CallWriter.OutsideArea(watched, context, vtl);
        }

        return true;
    }

    private sealed class Binding(UserMonitors monitors, IDisposable registration) : IDisposable
    {
        public void Dispose()
        {
            registration.Dispose();
            monitors.WritePages();
        }
    }
}
