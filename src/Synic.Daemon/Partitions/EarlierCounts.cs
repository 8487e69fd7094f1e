using Synic.Backends;
using Synic.Diagnostics;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Partitions;

/// <summary>What a partition's machines counted up to its last reboot: its counters go on from there, and never fall.</summary>
internal sealed class EarlierCounts
{
    private static readonly ExitReason[] s_exits = Enum.GetValues<ExitReason>();
    private static readonly PortKind[] s_kinds = Enum.GetValues<PortKind>();
    private static readonly PortRegistrationError[] s_errors = Enum.GetValues<PortRegistrationError>();

    private readonly long[] _exits = new long[s_exits.Length];
    private readonly long[] _added = new long[s_kinds.Length];
    private readonly long[] _removed = new long[s_kinds.Length];
    private readonly long[] _refused = new long[s_errors.Length];

    private EarlierCounts()
    {
    }

    /// <summary>Of a partition whose guest never rebooted.</summary>
    public static EarlierCounts None { get; } = new();

    public DispatchCounters Dispatch { get; } = new();

    public GuestDeliveryCounters Delivery { get; } = new();

    public long MonitorsSignalled { get; private init; }

    public long MonitorsUnknown { get; private init; }

    public long MonitorsOutside { get; private init; }

    public long Exits(ExitReason reason) => _exits[(int)reason];

    public long Added(PortKind kind) => _added[(int)kind];

    public long Removed(PortKind kind) => _removed[(int)kind];

    public long Refused(PortRegistrationError error) => _refused[(int)error];

    /// <summary>The same and a machine that has ended; its own counts may not move any more.</summary>
    public EarlierCounts Plus(IPartition ended)
    {
        var pages = ended.Monitors is { } monitors
            ? Enumerable.Range(0, ended.Synic.VtlCount).Select(v => monitors.Page(new Vtl((byte)v))).ToList()
            : [];
        var sum = new EarlierCounts
        {
            MonitorsSignalled = MonitorsSignalled + pages.Sum(static p => p.Signalled),
            MonitorsUnknown = MonitorsUnknown + pages.Sum(static p => p.UnknownTriggers),
            MonitorsOutside = MonitorsOutside + pages.Sum(static p => p.OutsideWrites),
        };
        sum.Dispatch.Add(Dispatch);
        foreach (var context in ended.Ports.Map.Contexts)
        {
            sum.Dispatch.Add(context.Counters);
        }

        sum.Delivery.Add(Delivery);
        sum.Delivery.Add(ended.Synic.Counters);
        var registrations = ended.Ports.Map.Registrations;
        Array.ForEach(s_exits, r => sum._exits[(int)r] = Exits(r) + ended.Exits(r));
        Array.ForEach(s_kinds, k => sum._added[(int)k] = Added(k) + registrations.Added(k));
        Array.ForEach(s_kinds, k => sum._removed[(int)k] = Removed(k) + registrations.Removed(k));
        Array.ForEach(s_errors, e => sum._refused[(int)e] = Refused(e) + registrations.Refused(e));
        return sum;
    }
}
