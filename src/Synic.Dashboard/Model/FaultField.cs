namespace Synic.Dashboard.Model;

/// <summary>A member of a rule that the form shows; what the form does not show is in the JSON.</summary>
/// <param name="Path">As the API names it in its errors.</param>
/// <param name="Label">For people.</param>
/// <param name="Kind">How it is written.</param>
public sealed record FaultField(string Path, string Label, FaultFieldKind Kind)
{
    private static readonly string[] s_hostBound = ["", "post_message", "signal_event", "monitor_trigger", "port_register"];
    private static readonly string[] s_guestBound = ["guest_message", "guest_event"];
    private static readonly string[] s_messages = ["post_message", "guest_message"];
    private static readonly string[] s_status = ["status", "statusAfter"];

    /// <summary>Of a choice; the empty one leaves the member out.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>In the empty field.</summary>
    public string? Placeholder { get; init; }

    /// <summary>Only with these kinds of action; null: with all.</summary>
    public IReadOnlyList<string>? Actions { get; init; }

    /// <summary>Only with these operations, empty for none; null: with all.</summary>
    public IReadOnlyList<string>? Operations { get; init; }

    public bool IsWide => Kind is FaultFieldKind.Ids || Path is "reason" or "name";

    /// <summary>Those of the form, by the heading above them.</summary>
    public static IReadOnlyList<(string Heading, IReadOnlyList<FaultField> Fields)> Form { get; } =
    [
        ("Which calls",
        [
            new("match.operation", "Operation", FaultFieldKind.Choice)
            {
                Choices = ["", "post_message", "signal_event", "monitor_trigger", "guest_message", "guest_event", "port_register"],
            },
            new("match.connections", "Connections", FaultFieldKind.Ids) { Placeholder = "0x2001, 0x2100..0x21ff", Operations = s_hostBound },
            new("match.owner", "Owner", FaultFieldKind.Text) { Placeholder = "vmbus*", Operations = s_hostBound },
            new("match.kind", "Kind of port", FaultFieldKind.Choice) { Choices = ["", "message", "event"], Operations = s_hostBound },
            new("match.sint", "SINT", FaultFieldKind.Text) { Placeholder = "2", Operations = s_guestBound },
            new("match.vtl", "VTL", FaultFieldKind.Text) { Placeholder = "any" },
            new("match.vp", "VP", FaultFieldKind.Text) { Placeholder = "any" },
            new("match.vmbusMessageType", "VMBus message", FaultFieldKind.Text) { Placeholder = "14", Operations = s_messages },
        ]),
        ("What happens to them",
        [
            new("action.kind", "Action", FaultFieldKind.Choice)
            {
                Choices =
                [
                    "status", "statusAfter", "drop", "delay", "busy", "reexecute", "duplicate", "reorder", "corrupt", "loseInterrupt",
                    "spuriousInterrupt", "wrongVp", "keepPending", "verify",
                ],
            },
            new("action.status", "Status", FaultFieldKind.Suggested)
            {
                Actions = s_status,
                Choices =
                [
                    "insufficient_buffers", "insufficient_memory", "invalid_connection_id", "invalid_port_id", "operation_denied", "access_denied",
                    "invalid_parameter", "invalid_hypercall_input", "invalid_alignment", "invalid_synic_state", "invalid_vp_index", "timeout",
                    "invalid_hypercall_code",
                ],
            },
            new("action.delayMicroseconds", "Delay, µs", FaultFieldKind.Number) { Actions = ["delay"] },
            new("action.jitterMicroseconds", "Up to more, µs", FaultFieldKind.Number) { Actions = ["delay"], Placeholder = "0" },
            new("action.count", "Count", FaultFieldKind.Number) { Actions = ["busy", "duplicate", "keepPending"], Placeholder = "1" },
            new("action.depth", "Messages held", FaultFieldKind.Number) { Actions = ["reorder"] },
            new("action.flushAfterMicroseconds", "At most for, µs", FaultFieldKind.Number) { Actions = ["reorder"], Placeholder = "100000" },
            new("action.offset", "At byte", FaultFieldKind.Number) { Actions = ["corrupt"], Placeholder = "0" },
            new("action.xor", "XOR with, hex", FaultFieldKind.Text) { Actions = ["corrupt"], Placeholder = "ff00" },
            new("action.truncateTo", "Cut to, bytes", FaultFieldKind.Number) { Actions = ["corrupt"] },
            new("action.vp", "To VP", FaultFieldKind.Number) { Actions = ["wrongVp"] },
        ]),
        ("Which of them",
        [
            new("trigger.skipFirst", "Let pass first", FaultFieldKind.Number) { Placeholder = "0" },
            new("trigger.everyNth", "Each n-th", FaultFieldKind.Number) { Placeholder = "1" },
            new("trigger.nth", "Exactly number", FaultFieldKind.Numbers) { Placeholder = "3, 5" },
            new("trigger.probability", "Probability", FaultFieldKind.Number) { Placeholder = "1" },
            new("trigger.times", "Hits at most", FaultFieldKind.Number) { Placeholder = "no limit" },
            new("seed", "Seed", FaultFieldKind.Text) { Placeholder = "random" },
        ]),
        ("How long, and why",
        [
            new("ttlSeconds", "Ends after, s", FaultFieldKind.Number) { Placeholder = "300" },
            new("leaseSeconds", "Lease, s", FaultFieldKind.Number) { Placeholder = "none" },
            new("priority", "Priority", FaultFieldKind.Number) { Placeholder = "100" },
            new("reason", "Reason", FaultFieldKind.Text) { Placeholder = "asked for when it is armed" },
            new("dryRun", "Only count (dry run)", FaultFieldKind.Flag),
            new("allowHang", "The guest may hang", FaultFieldKind.Flag),
            new("allowOverlap", "Beside rules of the same calls", FaultFieldKind.Flag),
            new("forceSlowPath", "Take fast paths off", FaultFieldKind.Flag),
        ]),
    ];

    public static IEnumerable<FaultField> All => Form.SelectMany(static g => g.Fields);

    public bool IsShown(string operation, string action) =>
        Operations?.Contains(operation) != false && Actions?.Contains(action) != false;

    /// <summary>An error of the API is about this field, or about one item in it.</summary>
    public bool Has(string path) => path == Path || path.StartsWith(Path + "[", StringComparison.Ordinal);
}

/// <summary>How a member is written.</summary>
public enum FaultFieldKind
{
    Text,

    /// <summary>A text with proposals.</summary>
    Suggested,
    Number,
    Flag,
    Choice,

    /// <summary>Texts with commas between them.</summary>
    Ids,

    /// <summary>Numbers with commas between them.</summary>
    Numbers,
}
