using Synic.Contracts;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Faults;

/// <summary>Reads the member <c>action</c> of a rule.</summary>
internal static class ActionReader
{
    /// <summary>A hypercall keeps its VP for so long at most.</summary>
    public const long MaxHypercallDelay = 1_000_000;

    private const long MaxGuestDelay = 60_000_000;
    private const int MaxCopies = 16;
    private const int MaxCount = 1000;
    private const int MinDepth = 2;
    private const int MaxDepth = 64;

    private static readonly Dictionary<string, FaultEffectKind> s_kinds = Enum.GetValues<FaultEffectKind>()
        .Where(static k => k != FaultEffectKind.None).ToDictionary(NameOf);

    // What guests are known to be answered with; see the reaction that a preview tells.
    private static readonly HvStatus[] s_usual =
    [
        HvStatus.InvalidHypercallCode, HvStatus.InvalidHypercallInput, HvStatus.InvalidAlignment, HvStatus.InvalidParameter,
        HvStatus.AccessDenied, HvStatus.OperationDenied, HvStatus.InsufficientMemory, HvStatus.InvalidVpIndex,
        HvStatus.InvalidPortId, HvStatus.InvalidConnectionId, HvStatus.InsufficientBuffers, HvStatus.InvalidSynicState,
        HvStatus.Timeout,
    ];

    /// <summary>As the API spells it: <c>loseInterrupt</c>.</summary>
    public static string NameOf(FaultEffectKind kind) =>
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    /// <summary>A status that guests are known to be answered with.</summary>
    public static bool IsUsual(HvStatus status) => s_usual.Contains(status);

    /// <summary>The operations that an action can act on, one bit each.</summary>
    public static uint OperationsOf(FaultEffectKind kind) => kind switch
    {
        FaultEffectKind.Status => Bits(FaultOperation.PostMessage, FaultOperation.SignalEvent, FaultOperation.PortRegister),
        FaultEffectKind.StatusAfter => Bits(FaultOperation.PostMessage, FaultOperation.SignalEvent),
        FaultEffectKind.Drop => Bits(
            FaultOperation.PostMessage, FaultOperation.SignalEvent, FaultOperation.MonitorTrigger, FaultOperation.GuestMessage,
            FaultOperation.GuestEvent),
        FaultEffectKind.Busy or FaultEffectKind.Corrupt => Bits(FaultOperation.PostMessage, FaultOperation.GuestMessage),
        FaultEffectKind.Reexecute => Bits(FaultOperation.PostMessage),
        FaultEffectKind.Duplicate => Bits(
            FaultOperation.PostMessage, FaultOperation.SignalEvent, FaultOperation.GuestMessage, FaultOperation.GuestEvent),
        FaultEffectKind.Reorder or FaultEffectKind.KeepPending => Bits(FaultOperation.GuestMessage),
        FaultEffectKind.LoseInterrupt or FaultEffectKind.WrongVp => Bits(FaultOperation.GuestMessage, FaultOperation.GuestEvent),
        FaultEffectKind.SpuriousInterrupt => Bits(FaultOperation.GuestEvent),
        _ => Bits(Enum.GetValues<FaultOperation>()),
    };

    public static uint Bits(params ReadOnlySpan<FaultOperation> operations)
    {
        var bits = 0U;
        foreach (var operation in operations)
        {
            bits |= 1U << (int)operation;
        }

        return bits;
    }

    public static FaultAction? Read(FaultActionSpec? spec, RuleErrors errors)
    {
        if (spec?.Kind is not { } name || !s_kinds.TryGetValue(name, out var kind))
        {
            errors.Add("action.kind", $"is {string.Join(", ", s_kinds.Keys)}{(spec?.Kind is { } given ? $", not '{given}'" : "")}");
            return null;
        }

        RefuseOthers(spec, kind, errors);
        return kind switch
        {
            FaultEffectKind.Status or FaultEffectKind.StatusAfter => new FaultAction { Kind = kind, Status = ReadStatus(spec, errors) },
            FaultEffectKind.Delay => new FaultAction
            {
                Kind = kind,
                Delay = errors.Microseconds("action.delayMicroseconds", Needed("action.delayMicroseconds", spec.DelayMicroseconds, errors), 1, MaxGuestDelay, 1),
                Jitter = errors.Microseconds("action.jitterMicroseconds", spec.JitterMicroseconds, 0, MaxGuestDelay, 0),
            },
            FaultEffectKind.Busy or FaultEffectKind.KeepPending => new FaultAction
            {
                Kind = kind, Count = (int)errors.Number("action.count", spec.Count, 1, MaxCount, 1),
            },
            FaultEffectKind.Duplicate => new FaultAction
            {
                Kind = kind, Count = (int)errors.Number("action.count", spec.Count, 1, MaxCopies, 1),
            },
            FaultEffectKind.Reorder => new FaultAction
            {
                Kind = kind,
                Count = (int)errors.Number("action.depth", Needed("action.depth", spec.Depth, errors), MinDepth, MaxDepth, MinDepth),
                FlushAfter = errors.Microseconds("action.flushAfterMicroseconds", spec.FlushAfterMicroseconds, 1, MaxGuestDelay, 100_000),
            },
            FaultEffectKind.Corrupt => ReadCorrupt(spec, errors),
            FaultEffectKind.WrongVp => new FaultAction
            {
                Kind = kind, Vp = new VpIndex((uint)(Needed("action.vp", spec.Vp, errors) ?? 0)),
            },
            _ => new FaultAction { Kind = kind },
        };
    }

    private static HvStatus ReadStatus(FaultActionSpec spec, RuleErrors errors)
    {
        const string path = "action.status";
        if (spec.Status is null)
        {
            errors.Add(path, "is needed: a number or a name such as insufficient_buffers");
            return default;
        }

        var named = s_usual.FirstOrDefault(s => s.Name == spec.Status);
        var status = named.IsSuccess
            ? new HvStatus((ushort)(errors.Number(path, spec.Status, ushort.MaxValue) ?? 0))
            : named;
        if (status.IsSuccess)
        {
            errors.Add(path, "cannot be 0: to say success and do nothing is the action 'drop'");
        }
        else if (!spec.AllowUnusualStatus && !IsUsual(status))
        {
            errors.Add(path, $"is {string.Join(", ", s_usual.Select(static s => $"0x{s.Value:x2} ({s.Name})"))}; any other 16 bits with action.allowUnusualStatus");
        }

        return status;
    }

    private static FaultAction ReadCorrupt(FaultActionSpec spec, RuleErrors errors)
    {
        if (spec is { Xor: null, TruncateTo: null })
        {
            errors.Add("action.xor", "or action.truncateTo is needed, or both");
        }

        return new FaultAction
        {
            Kind = FaultEffectKind.Corrupt,
            Offset = (int)errors.Number("action.offset", spec.Offset, 0, HvMessage.MaxPayload - 1, 0),
            Xor = spec.Xor is { } xor ? errors.Hex("action.xor", xor, HvMessage.MaxPayload) : [],
            TruncateTo = spec.TruncateTo is { } length ? (int)errors.Number("action.truncateTo", length, 0, HvMessage.MaxPayload, 0) : null,
        };
    }

    private static long? Needed(string path, long? value, RuleErrors errors)
    {
        if (value is null)
        {
            errors.Add(path, "is needed for this action");
        }

        return value;
    }

    // A member that has no meaning for the action is a mistake in the rule, not something to pass over.
    private static void RefuseOthers(FaultActionSpec spec, FaultEffectKind kind, RuleErrors errors)
    {
        var status = kind is FaultEffectKind.Status or FaultEffectKind.StatusAfter;
        Refuse("status", spec.Status is not null, status);
        Refuse("allowUnusualStatus", spec.AllowUnusualStatus, status);
        Refuse("delayMicroseconds", spec.DelayMicroseconds is not null, kind == FaultEffectKind.Delay);
        Refuse("jitterMicroseconds", spec.JitterMicroseconds is not null, kind == FaultEffectKind.Delay);
        Refuse("count", spec.Count is not null, kind is FaultEffectKind.Busy or FaultEffectKind.KeepPending or FaultEffectKind.Duplicate);
        Refuse("depth", spec.Depth is not null, kind == FaultEffectKind.Reorder);
        Refuse("flushAfterMicroseconds", spec.FlushAfterMicroseconds is not null, kind == FaultEffectKind.Reorder);
        Refuse("offset", spec.Offset is not null, kind == FaultEffectKind.Corrupt);
        Refuse("xor", spec.Xor is not null, kind == FaultEffectKind.Corrupt);
        Refuse("truncateTo", spec.TruncateTo is not null, kind == FaultEffectKind.Corrupt);
        Refuse("vp", spec.Vp is not null, kind == FaultEffectKind.WrongVp);

        void Refuse(string member, bool given, bool allowed)
        {
            if (given && !allowed)
            {
                errors.Add($"action.{member}", $"means nothing to '{spec.Kind}'");
            }
        }
    }
}
