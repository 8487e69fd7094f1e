using Synic.Contracts.Filters;
using Synic.Faults;
using Synic.History;
using Synic.Hv;
using Synic.Ports;
using Synic.VmBus;

namespace Synic.Daemon.Partitions;

/// <summary>A record in the words of the API, to be held against a filter; one object serves a whole scan.</summary>
internal sealed class EventRow : IEventFilterRow
{
    private EventEntry _entry;

    /// <summary>The record that is asked about now.</summary>
    public ref EventEntry Entry => ref _entry;

    public long Seq => _entry.Sequence;

    public string Kind => CallLabels.Of(_entry.Call.Kind);

    public int? Vp => _entry.Call.Vp == CallRecord.NoVp ? null : _entry.Call.Vp;

    public int? Vtl => _entry.Call.Kind is (>= CallKind.Post and <= CallKind.SintChanged) or CallKind.FaultHit ? _entry.Call.Vtl : null;

    public uint? ConnectionValue => Has(CallFields.Connection) ? _entry.Call.Connection : null;

    public string? Connection => ConnectionValue is { } value ? new ConnectionId(value).ToString() : null;

    public string? Owner => _entry.Port?.Owner;

    public int? Sint => _entry.Call.Kind switch
    {
        CallKind.GuestMessage or CallKind.GuestEvent or CallKind.SintChanged => _entry.Call.Index,
        CallKind.FaultHit => Has(CallFields.Index) ? _entry.Call.Index : null,
        _ => null,
    };

    public int? Flag => Has(CallFields.Flag) ? _entry.Call.Flag : null;

    public int? MonitorId => _entry.Call.Kind switch
    {
        CallKind.MonitorTrigger => Has(CallFields.Index) ? _entry.Call.Index : null,
        CallKind.PortAdded or CallKind.PortRemoved => _entry.Port?.Monitor?.Value,
        _ => null,
    };

    public uint? MessageType => IsMessage ? _entry.Call.MessageType : null;

    public int? Size => IsMessage ? _entry.Call.Size : null;

    public string? VmBusMessage => _entry.Call switch
    {
        { MessageType: not ChannelMessageNames.MessageType } => null,
        { Kind: CallKind.Post } c => ChannelMessageNames.IsWellKnown(c.Connection) ? ChannelMessageNames.Of(c.FirstWord, c.Size, fromGuest: true) : null,
        { Kind: CallKind.GuestMessage } c => c.Index == SintIndex.VmBus.Value ? ChannelMessageNames.Of(c.FirstWord, c.Size, fromGuest: false) : null,
        _ => null,
    };

    public string? Status => _entry.Call.Kind switch
    {
        CallKind.FaultHit => Names.Of((FaultOutcome)_entry.Call.Status),
        CallKind.FaultState => _entry.Call.Status == FaultRules.RuleGone ? "removed" : Names.Of((FaultState)_entry.Call.Status),
        CallKind.KillSwitch => _entry.Call.Status == 0 ? "released" : "engaged",
        CallKind.BackendState => Names.Of((Backends.PartitionState)_entry.Call.Status),
        _ => CallLabels.StatusOf(in _entry.Call),
    };

    public string? Reason => _entry.Call.Kind switch
    {
        CallKind.FaultHit => Names.Of((FaultOperation)_entry.Call.MessageType),
        CallKind.PortRefused => Names.Of((PortRegistrationError)_entry.Call.Status),
        _ => CallLabels.Of(_entry.Call.Reason),
    };

    public string? InjectedBy => _entry.Call.InjectedBy == 0 ? null
        : RuleName?.Invoke(_entry.Call.InjectedBy) ?? _entry.Call.InjectedBy.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The ids of the rules of the partition by their numbers; null: it has none.</summary>
    public Func<int, string?>? RuleName { get; set; }

    public long? DurationNs => _entry.Call.Nanoseconds == 0 ? null : _entry.Call.Nanoseconds;

    /// <summary>How many it stands for; null when it is one, or not known.</summary>
    public long? Count => _entry.Call.Kind is CallKind.Dropped or CallKind.GuestMessage && _entry.Call.Value != 0 ? (long)_entry.Call.Value : null;

    private bool IsMessage => _entry.Call.Kind == CallKind.GuestMessage ? _entry.Call.Value == 0
        : _entry.Call.Kind == CallKind.Post && _entry.Call.Reason != CallReason.InputBlock;

    private bool Has(CallFields fields) => (_entry.Call.Fields & fields) != 0;
}
