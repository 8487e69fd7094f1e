using Synic.Contracts;
using Synic.Diagnostics;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Faults;

/// <summary>Reads the member <c>match</c> of a rule.</summary>
internal static class MatchReader
{
    private const int MaxRanges = 256;
    private const int MaxOwner = 64;

    private static readonly FaultOperation[] s_operations = Enum.GetValues<FaultOperation>();
    private static readonly Dictionary<string, FaultOperation> s_byName = s_operations.ToDictionary(DeliveryLabels.Of);

    private static readonly uint s_hostBound = ActionReader.Bits(
        FaultOperation.PostMessage, FaultOperation.SignalEvent, FaultOperation.MonitorTrigger, FaultOperation.PortRegister);

    private static readonly uint s_messages = ActionReader.Bits(FaultOperation.PostMessage, FaultOperation.GuestMessage);

    public static FaultMatch? Read(FaultMatchSpec? spec, FaultAction? action, RuleErrors errors)
    {
        if (spec is null || IsEmpty(spec))
        {
            if (spec?.MatchAll != true)
            {
                errors.Add("match", "is empty: say which calls are meant, or matchAll");
                return null;
            }
        }

        var match = new FaultMatch
        {
            Operations = ReadOperations(spec, action, errors),
            Connections = ReadConnections(spec.Connections, errors),
            Kind = ReadKind(spec.Kind, errors),
            Owner = errors.Text("match.owner", spec.Owner, MaxOwner),
            Vtl = errors.Number("match.vtl", spec.Vtl, Vtl.Count - 1) is { } vtl ? new Vtl((byte)vtl) : null,
            Vp = errors.Number("match.vp", spec.Vp, uint.MaxValue) is { } vp ? new VpIndex((uint)vp) : null,
            Sint = errors.Number("match.sint", spec.Sint, SintIndex.Count - 1) is { } sint ? new SintIndex((byte)sint) : null,
            Flag = (ushort?)errors.Number("match.flag", spec.Flag, ushort.MaxValue),
            Monitor = errors.Number("match.monitorId", spec.MonitorId, MonitorId.Count - 1) is { } id ? new MonitorId((byte)id) : null,
            MessageType = (uint?)errors.Number("match.messageType", spec.MessageType, uint.MaxValue),
            Payload = ReadPayload(spec.Payload, errors),
            MinSize = (int)errors.Number("match.minSize", spec.MinSize, 0, HvMessage.MaxPayload, 0),
            MaxSize = (int)errors.Number("match.maxSize", spec.MaxSize, 0, HvMessage.MaxPayload, HvMessage.MaxPayload),
            VmBusMessageType = (uint?)errors.Number("match.vmbusMessageType", spec.VmbusMessageType, uint.MaxValue),
        };
        if (match.MinSize > match.MaxSize)
        {
            errors.Add("match.minSize", $"is at most maxSize, {match.MaxSize}, not {match.MinSize}");
        }

        CheckDelay(match, action, errors);
        return match;
    }

    private static bool IsEmpty(FaultMatchSpec spec) => spec with { MatchAll = false } == new FaultMatchSpec();

    private static uint ReadOperations(FaultMatchSpec spec, FaultAction? action, RuleErrors errors)
    {
        var able = action is null ? uint.MaxValue : ActionReader.OperationsOf(action.Kind);
        if (spec.Operation is not { } name)
        {
            var all = MembersGiven(spec).Aggregate(able, static (left, member) => left & member.Operations);
            if (all == 0)
            {
                errors.Add("match", "names members that no operation has together and that the action can act on");
            }

            return all;
        }

        if (!s_byName.TryGetValue(name, out var operation))
        {
            errors.Add("match.operation", $"is {string.Join(", ", s_byName.Keys)}, not '{name}'");
            return 0;
        }

        var bit = ActionReader.Bits(operation);
        if ((able & bit) == 0)
        {
            errors.Add("action.kind", $"'{ActionReader.NameOf(action!.Kind)}' acts on {Names(able)}, not on {name}");
        }

        foreach (var (member, operations) in MembersGiven(spec))
        {
            if ((operations & bit) == 0)
            {
                errors.Add($"match.{member}", $"is for {Names(operations)}, not for {name}");
            }
        }

        return bit;
    }

    private static IEnumerable<(string Member, uint Operations)> MembersGiven(FaultMatchSpec spec)
    {
        var guestBound = ActionReader.Bits(FaultOperation.GuestMessage, FaultOperation.GuestEvent);
        (string Member, bool Given, uint Operations)[] members =
        [
            ("connections", spec.Connections is not null, s_hostBound),
            ("kind", spec.Kind is not null, s_hostBound),
            ("owner", spec.Owner is not null, s_hostBound),
            ("vp", spec.Vp is not null, ~ActionReader.Bits(FaultOperation.PortRegister)),
            ("sint", spec.Sint is not null, guestBound),
            ("flag", spec.Flag is not null, ActionReader.Bits(FaultOperation.SignalEvent, FaultOperation.GuestEvent)),
            ("monitorId", spec.MonitorId is not null, ActionReader.Bits(FaultOperation.MonitorTrigger, FaultOperation.PortRegister)),
            ("messageType", spec.MessageType is not null, s_messages),
            ("payload", spec.Payload is not null, s_messages),
            ("minSize", spec.MinSize is not null, s_messages),
            ("maxSize", spec.MaxSize is not null, s_messages),
            ("vmbusMessageType", spec.VmbusMessageType is not null, s_messages),
        ];
        return members.Where(static m => m.Given).Select(static m => (m.Member, m.Operations));
    }

    private static string Names(uint operations) =>
        string.Join(", ", s_byName.Where(o => (operations & ActionReader.Bits(o.Value)) != 0).Select(static o => o.Key));

    private static ConnectionRange[] ReadConnections(IReadOnlyList<string>? texts, RuleErrors errors)
    {
        if (texts is null)
        {
            return [];
        }

        if (texts.Count is 0 or > MaxRanges)
        {
            errors.Add("match.connections", $"has 1 to {MaxRanges} ids or ranges, not {texts.Count}");
            return [];
        }

        var ranges = new ConnectionRange[texts.Count];
        for (var i = 0; i < ranges.Length; i++)
        {
            if (!TryRange(texts[i], out ranges[i]))
            {
                errors.Add($"match.connections[{i}]", $"is an id of 32 bits, decimal or 0x…, or a range such as 0x2001..0x27ff, not '{texts[i]}'");
            }
        }

        return ranges;
    }

    private static bool TryRange(string text, out ConnectionRange range)
    {
        var split = text.IndexOf("..", StringComparison.Ordinal);
        var valid = split < 0
            ? RuleErrors.TryNumber(text, out var first) & (first <= uint.MaxValue)
            : RuleErrors.TryNumber(text[..split], out first);
        var last = first;
        valid &= split < 0 || (RuleErrors.TryNumber(text[(split + 2)..], out last) && first <= last && last <= uint.MaxValue);
        range = valid ? new ConnectionRange((uint)first, (uint)last) : default;
        return valid;
    }

    private static PortKind? ReadKind(string? text, RuleErrors errors)
    {
        PortKind? kind = text switch
        {
            "message" => PortKind.Message,
            "event" => PortKind.Event,
            _ => null,
        };
        if (text is not null && kind is null)
        {
            errors.Add("match.kind", $"is message or event, not '{text}'");
        }

        return kind;
    }

    private static PayloadPattern? ReadPayload(FaultPayloadSpec? spec, RuleErrors errors)
    {
        if (spec is null)
        {
            return null;
        }

        var offset = (int)errors.Number("match.payload.offset", spec.Offset, 0, HvMessage.MaxPayload - 1, 0);
        var bytes = errors.Hex("match.payload.bytes", spec.Bytes ?? "", HvMessage.MaxPayload);
        var mask = spec.Mask is { } text ? errors.Hex("match.payload.mask", text, HvMessage.MaxPayload) : [.. Enumerable.Repeat((byte)0xFF, bytes.Length)];
        if (mask.Length != bytes.Length)
        {
            errors.Add("match.payload.mask", $"is as long as bytes, {bytes.Length}, not {mask.Length}");
            return null;
        }

        if (offset + bytes.Length > HvMessage.MaxPayload)
        {
            errors.Add("match.payload.bytes", $"ends within the {HvMessage.MaxPayload} bytes that a payload has");
        }

        return new PayloadPattern(offset, bytes, mask);
    }

    // A hypercall's delay blocks its VP, and so does that of a monitor trigger or a registration.
    private static void CheckDelay(FaultMatch match, FaultAction? action, RuleErrors errors)
    {
        const long maximum = ActionReader.MaxHypercallDelay;
        if (action?.Kind == FaultEffectKind.Delay && (match.Operations & s_hostBound) != 0
            && (action.Delay + action.Jitter).TotalMicroseconds > maximum)
        {
            errors.Add("action.delayMicroseconds", $"and jitterMicroseconds are {maximum} at most together where a VP waits; only guest_message and guest_event may take longer");
        }
    }
}
