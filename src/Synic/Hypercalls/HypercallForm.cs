using Synic.Hv;

namespace Synic.Hypercalls;

/// <summary>How large a call's input and output are, and whether it repeats over a list.</summary>
/// <param name="IsRep">Works on a list of elements behind a fixed head.</param>
/// <param name="Input">Bytes of the input, of its head for a rep call.</param>
/// <param name="Output">Bytes of the output; rep calls have none besides their list.</param>
/// <param name="InputElement">Bytes of one element of the input list.</param>
/// <param name="OutputElement">Bytes of one element of the output list.</param>
internal readonly record struct HypercallForm(bool IsRep, int Input, int Output, int InputElement, int OutputElement)
{
    /// <summary>The largest of the simple calls.</summary>
    internal const int MaxSimpleInput = PostMessageDirectInput.Size;

    internal const int MaxSimpleOutput = 8;

    internal int InputSize(int reps) => Input + (InputElement * reps);

    internal int OutputSize(int reps) => Output + (OutputElement * reps);

    /// <returns>False: there is no such call.</returns>
    internal static bool TryGet(ushort code, out HypercallForm form)
    {
        form = code switch
        {
            HypercallCode.SignalEvent => Simple(SignalEventInput.Size),
            HypercallCode.PostMessage => Simple(PostMessageInput.Size),
            HypercallCode.NotifyLongSpinWait => Simple(sizeof(ulong)),
            HypercallCode.GetPartitionId => Simple(0, sizeof(ulong)),
            HypercallCode.ExtQueryCapabilities => Simple(0, sizeof(ulong)),
            HypercallCode.SignalEventDirect => Simple(SignalEventDirectInput.Size, SignalEventDirectInput.OutputSize),
            HypercallCode.PostMessageDirect => Simple(PostMessageDirectInput.Size),
            HypercallCode.GetVpRegisters => new(
                IsRep: true, VpRegistersInput.HeaderSize, 0, VpRegistersInput.NameSize, VpRegistersInput.ValueSize),
            HypercallCode.SetVpRegisters => new(
                IsRep: true, VpRegistersInput.HeaderSize, 0, VpRegistersInput.AssignmentSize, 0),
            _ => default,
        };
        return form != default;
    }

    /// <summary>Whether the control word fits: TLFS "Hypercall Inputs"; no call here has a variable header.</summary>
    internal bool Accepts(HypercallControl control) =>
        control.VariableHeaderSize == 0
        && (IsRep ? control.RepStart < control.RepCount : control is { RepCount: 0, RepStart: 0 });

    private static HypercallForm Simple(int input, int output = 0) => new(IsRep: false, input, output, 0, 0);
}
