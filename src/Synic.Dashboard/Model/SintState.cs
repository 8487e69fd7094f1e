using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>The one thing to say about a SINT in a cell: a letter, a colour class and words.</summary>
internal sealed record SintState(string Letter, string Class, string Words)
{
    public static readonly SintState Off = new("–", "off", "the VP's SynIC is off");
    public static readonly SintState Masked = new("M", "masked", "masked");
    public static readonly SintState Queued = new("Q", "queued", "messages wait in the queue");
    public static readonly SintState Pending = new("P", "pending", "slot taken, more is waiting");
    public static readonly SintState Busy = new("S", "busy", "slot taken, the guest has not read it");
    public static readonly SintState Flags = new("F", "flags", "event flags are set");
    public static readonly SintState Ready = new("R", "ready", "ready");

    public static readonly IReadOnlyList<SintState> All = [Ready, Busy, Pending, Queued, Flags, Masked, Off];

    /// <summary>What stops messages comes first: a full queue matters even where the SINT is masked.</summary>
    public static SintState Of(SynicSummary synic, SintSummary sint) => sint switch
    {
        { QueueLength: > 0 } => Queued,
        _ when !synic.Enabled => Off,
        { Masked: true } => Masked,
        { Pending: true } => Pending,
        { SlotBusy: true } => Busy,
        { FlagsSet: > 0 } => Flags,
        _ => Ready,
    };
}
