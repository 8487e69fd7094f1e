using Synic.Hv;
using Synic.Memory;

namespace Synic.Hypercalls;

/// <summary>
/// Moves a call's input and output between the caller's memory or registers and ours, and refuses what a dialect
/// refuses about where they lie.
/// </summary>
internal sealed class ParameterBlocks(IGuestMemory memory, SynicDialect dialect)
{
    private const int PairSize = 16;

    /// <summary>Checks both blocks, then copies the input.</summary>
    /// <param name="call">The call.</param>
    /// <param name="inputSize">Bytes of the whole input; may exceed what fits, and is then refused.</param>
    /// <param name="outputSize">Bytes of the whole output.</param>
    /// <param name="buffer">Receives the input, which is <paramref name="inputSize"/> bytes after success.</param>
    internal HvStatus ReadInput(in HypercallContext call, int inputSize, int outputSize, Span<byte> buffer)
    {
        if (call.Control.Fast)
        {
            return ReadRegisters(in call, inputSize, outputSize, buffer);
        }

        var code = call.Control.Code;
        var status = CheckAddress(code, call.InputGpa, inputSize);
        if (status.IsSuccess)
        {
            status = CheckAddress(code, call.OutputGpa, outputSize);
        }

        // A call without input ignores the pointer.
        return !status.IsSuccess || inputSize == 0 || memory.TryRead(new Gpa(call.InputGpa), buffer[..inputSize])
            ? status
            : Unreadable(code);
    }

    /// <summary>Copies output to where the caller wants it.</summary>
    /// <param name="call">The call, checked by <see cref="ReadInput"/>.</param>
    /// <param name="inputSize">Bytes of the whole input; fast output begins at the next register pair.</param>
    /// <param name="offset">Where in the output.</param>
    /// <param name="output">What to write.</param>
    internal HvStatus WriteOutput(ref HypercallContext call, int inputSize, int offset, scoped ReadOnlySpan<byte> output)
    {
        if (output.IsEmpty)
        {
            return HvStatus.Success;
        }

        if (call.Control.Fast)
        {
            output.CopyTo(call.FastRegisters[((Pairs(inputSize) * PairSize) + offset)..]);
            call.FastOutputWritten = true;
            return HvStatus.Success;
        }

        return memory.TryWrite(new Gpa(call.OutputGpa) + (ulong)offset, output)
            ? HvStatus.Success
            : HvStatus.InvalidHypercallInput;
    }

    private HvStatus ReadRegisters(in HypercallContext call, int inputSize, int outputSize, Span<byte> buffer)
    {
        var registers = call.FastRegisters;
        var pairs = Pairs(inputSize) + Pairs(outputSize);
        var extended = registers.Length > HypercallContext.GeneralRegisterBytes;
        if (pairs * PairSize > registers.Length || (outputSize != 0 && !extended))
        {
            return dialect == SynicDialect.Qemu && call.Control.Code == HypercallCode.PostMessage
                ? HvStatus.InvalidHypercallCode
                : HvStatus.InvalidHypercallInput;
        }

        registers[..inputSize].CopyTo(buffer);
        return HvStatus.Success;
    }

    private HvStatus CheckAddress(ushort code, ulong gpa, int size)
    {
        if (size == 0)
        {
            return HvStatus.Success;
        }

        var crosses = (int)(gpa % Gpa.PageSize) + size > Gpa.PageSize;
        var misaligned = gpa % sizeof(ulong) != 0;
        return dialect switch
        {
            SynicDialect.OpenVmm when crosses => HvStatus.InvalidHypercallInput,
            SynicDialect.Tlfs when crosses => HvStatus.InvalidAlignment,
            SynicDialect.Qemu when crosses && (code != HypercallCode.PostMessage || size > Gpa.PageSize) =>
                HvStatus.InvalidAlignment,
            _ when misaligned => HvStatus.InvalidAlignment,
            _ => HvStatus.Success,
        };
    }

    // The TLFS lets the parent partition handle the access; there is none, so its dialect answers as OpenVMM does.
    private HvStatus Unreadable(ushort code) => (dialect, code) switch
    {
        (SynicDialect.Qemu, HypercallCode.PostMessage) => HvStatus.InsufficientMemory,
        (SynicDialect.Qemu, HypercallCode.SignalEvent) => HvStatus.InvalidAlignment,
        _ => HvStatus.InvalidHypercallInput,
    };

    private static int Pairs(int bytes) => (bytes + PairSize - 1) / PairSize;
}
