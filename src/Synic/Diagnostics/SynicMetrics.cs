using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using Synic.Hv;

namespace Synic.Diagnostics;

/// <summary>
/// The instruments. All counters are observable and read cells that the hot path writes anyway; every series that can
/// exist is there with 0 from the start, so that a first failure is a visible step.
/// </summary>
public sealed class SynicMetrics
{
    public const string MeterName = "Synic";

    private const string Real = "real";

    private static readonly Vtl[] s_vtls = [Vtl.Vtl0, Vtl.Vtl1, Vtl.Vtl2];
    private static readonly SignalPath[] s_paths = Enum.GetValues<SignalPath>();
    private static readonly string[] s_pathLabels = [.. s_paths.Select(DeliveryLabels.Of)];
    private static readonly string[] s_vtlLabels = [.. s_vtls.Select(static v => v.ToString())];
    private static readonly string[] s_sintLabels =
        [.. Enumerable.Range(0, SintIndex.Count).Select(static s => new SintIndex((byte)s).ToString())];

    private readonly Meter _meter;
    private readonly IPartitionMetricsSource _source;
    private readonly Histogram<double> _postDuration;
    private readonly Histogram<double> _signalDuration;
    private readonly Histogram<double> _queueWait;

    /// <param name="factory">Keeps two daemons in one process apart.</param>
    /// <param name="source">The partitions.</param>
    /// <param name="version">Of the program.</param>
    /// <param name="revision">Of its source; empty when not known.</param>
    public SynicMetrics(IMeterFactory factory, IPartitionMetricsSource source, string version, string revision)
    {
        ArgumentNullException.ThrowIfNull(factory);
        _source = source;
        _meter = factory.Create(new MeterOptions(MeterName));
        _postDuration = Duration(
            "synic.post_message.duration", "Time in the port map and the port, one HvPostMessage in 64.",
            [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 1e-3, 1e-2, 0.1, 1]);
        _signalDuration = Duration(
            "synic.signal_event.duration", "Time in the port map and the port, one HvSignalEvent in 64.",
            [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 1e-3, 1e-2, 0.1, 1]);
        _queueWait = Duration(
            "synic.guest_message.queue_wait", "Time that a message for the guest waited for its slot.",
            [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10]);

        var build = new Measurement<int>(
            1, new("version", version), new("revision", revision), new("runtime", RuntimeInformation.FrameworkDescription));
        _meter.CreateObservableGauge("synic.build_info", () => build, null, "The program that runs.");
        _meter.CreateObservableGauge(
            "synic.last_scrape_overhead", () => LastScrapeOverhead.TotalSeconds, "s", "What the last scrape cost here.");
        CreatePartitionInstruments();
        CreatePortInstruments();
        CreateCallInstruments();
        CreateDeliveryInstruments();
        CreateMonitorInstruments();
    }

    /// <summary>Set by whoever serves the scrape.</summary>
    public TimeSpan LastScrapeOverhead { get; set; }

    /// <summary>Where a partition's sampled durations go.</summary>
    public IDispatchTimings TimingsOf(string partition) => new PartitionTimings(this, partition);

    /// <summary>Takes the time that a message waited for its slot.</summary>
    public void RecordQueueWait(string partition, TimeSpan wait) =>
        _queueWait.Record(wait.TotalSeconds, new KeyValuePair<string, object?>("partition", partition));

    private void CreatePartitionInstruments()
    {
        var arch = DeliveryLabels.Of(RuntimeInformation.ProcessArchitecture);
        Gauge("synic.partition_info", "A partition and what it rests on.", p =>
            [At(1, p, ("backend", p.Backend), ("dialect", p.Dialect), ("arch", arch))]);
        Gauge("synic.backend_up", "0 when the backend gave up; the reason is in the health document.", p =>
            [At(p.BackendUp ? 1 : 0, p, ("backend", p.Backend))]);
        Counter("synic.partition_reboots", "Reboots of the guest.", p => [At(p.Reboots, p)]);
        Counter("synic.backend_exits", "Exits of the VPs.", p => p.Exits.Select(e => At(e.Count, p, ("reason", e.Label))));
    }

    private void CreatePortInstruments()
    {
        Gauge("synic.ports", "Ports registered now.", p =>
            p.PortKinds.Select(k => At(k.Added - k.Removed, p, ("kind", k.Kind))));
        Gauge("synic.fast_path_ports", "Ports whose signals bypass this process: the call counters cannot see them.", p =>
            [At(p.FastPathPorts, p)]);
        Counter("synic.port_registrations", "Ports registered.", p => p.PortKinds.Select(k => At(k.Added, p, ("kind", k.Kind))));
        Counter("synic.port_unregistrations", "Ports removed.", p => p.PortKinds.Select(k => At(k.Removed, p, ("kind", k.Kind))));
        Counter("synic.port_registration_failures", "Registrations that were refused.", p =>
            p.RegistrationFailures.Select(f => At(f.Count, p, ("reason", f.Label))));
    }

    private void CreateCallInstruments()
    {
        Counter("synic.post_message.calls", "HvPostMessage, refused ones too.", p =>
            s_vtls.Select(v => At(p.Dispatch.Sum(d => d.PostCalls(v)), p, ("vtl", s_vtlLabels[v.Value]))));
        Counter("synic.post_message.failures", "HvPostMessage that the guest saw fail.", p =>
            FailureStatus.Names.Select((name, status) =>
                At(p.Dispatch.Sum(d => d.PostFailures(status)), p, ("status", name), ("cause", Real))));
        Counter("synic.post_message.payload", "Bytes of the posts that ports took.", p =>
            [At(p.Dispatch.Sum(static d => d.PostBytes()), p)], "By");
        Counter("synic.signal_event.calls", "HvSignalEvent and monitor triggers, refused ones too.", p =>
            from path in s_paths
            from vtl in s_vtls
            select At(
                p.Dispatch.Sum(d => d.SignalCalls(vtl, path)), p, ("vtl", s_vtlLabels[vtl.Value]), ("path", s_pathLabels[(int)path])));
        Counter("synic.signal_event.failures", "HvSignalEvent and monitor triggers that were refused.", p =>
            from path in s_paths
            from status in Enumerable.Range(0, FailureStatus.Count)
            select At(
                p.Dispatch.Sum(d => d.SignalFailures(status, path)), p,
                ("status", FailureStatus.Names[status]), ("cause", Real), ("path", s_pathLabels[(int)path])));
    }

    private void CreateDeliveryInstruments()
    {
        Counter("synic.guest_messages", "Messages for the guest, handed in by the host side.", p => [At(p.Delivery.Messages, p)]);
        Counter("synic.guest_messages_delivered", "Messages written to a slot.", p => [At(p.Delivery.Delivered, p)]);
        Counter("synic.guest_messages_deferred", "Messages that had to wait, once for each reason.", p =>
            Enum.GetValues<DeferReason>().Select(r => At(p.Delivery.Deferred(r), p, ("reason", DeliveryLabels.Of(r)))));
        Counter("synic.guest_messages_dropped", "Messages that will never reach the guest.", p =>
            Enum.GetValues<DropReason>().Select(r =>
                At(p.Delivery.Dropped(r), p, ("reason", DeliveryLabels.Of(r)), ("cause", Real))));
        Gauge("synic.guest_message.queue_length", "Messages that wait now, over all VPs.", p =>
            Enumerable.Range(0, SintIndex.Count).Select(s =>
                At(p.QueueLength(new SintIndex((byte)s)), p, ("sint", s_sintLabels[s]))));
        Counter("synic.guest_events", "Event flags for the guest; coalesced: the flag was set already.", p =>
            Enum.GetValues<EventResult>().Select(r => At(p.Delivery.Events(r), p, ("result", DeliveryLabels.Of(r)))));
        Counter("synic.guest_events_dropped", "Event flags that were not set.", p =>
            Enum.GetValues<EventDropReason>().Select(r =>
                At(p.Delivery.EventsDropped(r), p, ("reason", DeliveryLabels.Of(r)), ("cause", Real))));
        Counter("synic.eom", "Writes of EOM.", p =>
            Enum.GetValues<EomResult>().Select(r => At(p.Delivery.Eoms(r), p, ("result", DeliveryLabels.Of(r)))));
    }

    // A partition without monitor pages has no such series; the backend's capabilities say why.
    private void CreateMonitorInstruments()
    {
        Gauge("synic.monitor_page_enabled", "1 when a VTL has its monitor pages.", p =>
            p.Monitors is { } m ? [At(m.Enabled ? 1 : 0, p)] : []);
        Gauge("synic.monitor_ids", "Monitor ids bound, of 128.", p => p.Monitors is { } m ? [At(m.Ids, p)] : []);
        Counter("synic.monitor_triggers", "Bits that guests set in monitor pages.", p => p.Monitors is not { } m ? [] :
        [
            At(m.Signalled - m.Refused, p, ("result", "signalled")),
            At(m.Refused, p, ("result", "refused")),
            At(m.UnknownId, p, ("result", "unknown_id")),
            At(m.OutsideArea, p, ("result", "outside_area")),
        ]);
    }

    private void Counter(
        string name, string description, Func<IPartitionMetrics, IEnumerable<Measurement<long>>> read, string? unit = null) =>
        _meter.CreateObservableCounter(name, () => _source.Partitions.SelectMany(read), unit, description);

    private void Gauge(string name, string description, Func<IPartitionMetrics, IEnumerable<Measurement<long>>> read) =>
        _meter.CreateObservableGauge(name, () => _source.Partitions.SelectMany(read), null, description);

    private Histogram<double> Duration(string name, string description, double[] bounds) =>
        _meter.CreateHistogram(
            name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    private static Measurement<long> At(long value, IPartitionMetrics partition, params ReadOnlySpan<(string Key, string Value)> labels)
    {
        var tags = new KeyValuePair<string, object?>[labels.Length + 1];
        tags[0] = new("partition", partition.Name);
        for (var i = 0; i < labels.Length; i++)
        {
            tags[i + 1] = new(labels[i].Key, labels[i].Value);
        }

        return new Measurement<long>(value, tags);
    }

    private sealed class PartitionTimings(SynicMetrics metrics, string partition) : IDispatchTimings
    {
        private readonly KeyValuePair<string, object?> _tag = new("partition", partition);

        public void RecordPost(double seconds) => metrics._postDuration.Record(seconds, _tag);

        public void RecordSignal(double seconds) => metrics._signalDuration.Record(seconds, _tag);
    }
}
