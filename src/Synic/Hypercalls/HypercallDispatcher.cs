using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Synic.History;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Hypercalls;

/// <summary>
/// Answers hypercalls of every backend. The checks come in OpenVMM's order: call code, repetition, size of the fast
/// form, where the blocks lie, whether the input can be read; then the call itself; then its output.
/// </summary>
public sealed class HypercallDispatcher
{
    private readonly PortHypercalls _ports;
    private readonly IVpRegisters _registers;
    private readonly ParameterBlocks _blocks;
    private readonly bool _checksReservedBits;

    public HypercallDispatcher(IGuestMemory memory, PortHypercalls ports, IVpRegisters registers, SynicDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(ports);
        ArgumentNullException.ThrowIfNull(registers);
        if (ports.Dialect != dialect)
        {
            throw new ArgumentException($"the port hypercalls speak {ports.Dialect.Name()}", nameof(dialect));
        }

        _ports = ports;
        _registers = registers;
        _blocks = new ParameterBlocks(memory, dialect);
        _checksReservedBits = dialect != SynicDialect.OpenVmm;
    }

    /// <summary>Makes one call.</summary>
    /// <param name="call">What the caller gave; output of the fast form is written into its registers.</param>
    public HypercallResult Dispatch(ref HypercallContext call)
    {
        var control = call.Control;
        if (_checksReservedBits && control.HasReservedBits)
        {
            return new HypercallResult(Refuse(in call, HvStatus.InvalidHypercallInput));
        }

        if (!HypercallForm.TryGet(control.Code, out var form))
        {
            return new HypercallResult(HvStatus.InvalidHypercallCode);
        }

        if (!form.Accepts(control))
        {
            return new HypercallResult(Refuse(in call, HvStatus.InvalidHypercallInput));
        }

        return form.IsRep ? DispatchRep(ref call, form) : new HypercallResult(DispatchSimple(ref call, form));
    }

    [SkipLocalsInit] // every byte that is used was copied in before
    private HvStatus DispatchSimple(ref HypercallContext call, HypercallForm form)
    {
        Span<byte> buffer = stackalloc byte[HypercallForm.MaxSimpleInput];
        var status = _blocks.ReadInput(in call, form.Input, form.Output, buffer);
        if (!status.IsSuccess)
        {
            return Refuse(in call, status);
        }

        var output = 0UL;
        status = Call(in call, buffer[..form.Input], ref output);
        if (!status.IsSuccess || form.Output == 0)
        {
            return status;
        }

        Span<byte> answer = stackalloc byte[HypercallForm.MaxSimpleOutput];
        BinaryPrimitives.WriteUInt64LittleEndian(answer, output);
        return _blocks.WriteOutput(ref call, form.Input, 0, answer[..form.Output]);
    }

    private HvStatus Call(in HypercallContext call, ReadOnlySpan<byte> input, ref ulong output)
    {
        switch (call.Control.Code)
        {
            case HypercallCode.SignalEvent:
                return _ports.SignalEvent(call.Dispatch, call.Vtl, BinaryPrimitives.ReadUInt64LittleEndian(input));
            case HypercallCode.PostMessage:
                return _ports.PostMessage(call.Dispatch, call.Vtl, input);
            case HypercallCode.SignalEventDirect:
                var status = _ports.SignalEventDirect(call.Vtl, call.Vp, input, out var newlySignaled);
                output = newlySignaled ? 1UL : 0;
                return status;
            case HypercallCode.PostMessageDirect:
                return _ports.PostMessageDirect(call.Vtl, call.Vp, input);
            case HypercallCode.GetPartitionId:
                return HvStatus.AccessDenied; // AccessPartitionId is not among the privileges that CPUID offers
            default: // NotifyLongSpinWait: heard. ExtQueryCapabilities: none, which is what output says already.
                return HvStatus.Success;
        }
    }

    [SkipLocalsInit] // every byte that is used was copied in or set before
    private HypercallResult DispatchRep(ref HypercallContext call, HypercallForm form)
    {
        var control = call.Control;
        var inputSize = form.InputSize(control.RepCount);
        var outputSize = form.OutputSize(control.RepCount);
        Span<byte> input = stackalloc byte[Gpa.PageSize]; // a larger list crosses a page and is refused
        var status = _blocks.ReadInput(in call, inputSize, outputSize, input);
        if (!status.IsSuccess)
        {
            return new HypercallResult(status);
        }

        var done = control.RepStart;
        status = RegisterTarget(in call, input, out var vtl, out var vp);
        if (!status.IsSuccess)
        {
            return new HypercallResult(status, done);
        }

        var list = input[form.Input..inputSize];
        if (control.Code == HypercallCode.SetVpRegisters)
        {
            return SetRegisters(control, vtl, vp, list);
        }

        Span<byte> output = stackalloc byte[Gpa.PageSize];
        var result = GetRegisters(control, vtl, vp, list, output);
        var first = form.OutputElement * control.RepStart;
        status = _blocks.WriteOutput(ref call, inputSize, first, output[first..(form.OutputElement * result.RepsCompleted)]);
        return status.IsSuccess ? result : new HypercallResult(status, done);
    }

    private HypercallResult GetRegisters(
        HypercallControl control, Vtl vtl, VpIndex vp, ReadOnlySpan<byte> names, Span<byte> values)
    {
        for (var i = control.RepStart; i < control.RepCount; i++)
        {
            var name = BinaryPrimitives.ReadUInt32LittleEndian(names[(i * VpRegistersInput.NameSize)..]);
            var status = _registers.GetRegister(vtl, vp, name, out var value);
            if (!status.IsSuccess)
            {
                return new HypercallResult(status, i);
            }

            BinaryPrimitives.WriteUInt128LittleEndian(values[(i * VpRegistersInput.ValueSize)..], value);
        }

        return new HypercallResult(HvStatus.Success, control.RepCount);
    }

    private HypercallResult SetRegisters(HypercallControl control, Vtl vtl, VpIndex vp, ReadOnlySpan<byte> assignments)
    {
        for (var i = control.RepStart; i < control.RepCount; i++)
        {
            var assignment = assignments.Slice(i * VpRegistersInput.AssignmentSize, VpRegistersInput.AssignmentSize);
            var name = BinaryPrimitives.ReadUInt32LittleEndian(assignment);
            var value = BinaryPrimitives.ReadUInt128LittleEndian(assignment[VpRegistersInput.AssignmentValueOffset..]);
            var status = _registers.SetRegister(vtl, vp, name, value);
            if (!status.IsSuccess)
            {
                return new HypercallResult(status, i);
            }
        }

        return new HypercallResult(HvStatus.Success, control.RepCount);
    }

    private static HvStatus RegisterTarget(in HypercallContext call, ReadOnlySpan<byte> head, out Vtl vtl, out VpIndex vp)
    {
        var input = new HvInputVtl(head[VpRegistersInput.VtlOffset]);
        vtl = input.UseTarget ? input.Target : call.Vtl;
        vp = HypercallTarget.ReadVp(head, call.Vp);
        return !HypercallTarget.IsOwnPartition(head) ? HvStatus.InvalidPartitionId
            : input.HasReservedBits || !vtl.IsValid ? HvStatus.InvalidParameter
            : vtl > call.Vtl ? HvStatus.AccessDenied
            : HvStatus.Success;
    }

    // Posts and signals are counted also when their blocks are refused.
    private HvStatus Refuse(in HypercallContext call, HvStatus status) => call.Control.Code switch
    {
        HypercallCode.PostMessage => _ports.Refuse(call.Dispatch, call.Vtl, status, new(CallKind.Post, CallReason.InputBlock)),
        HypercallCode.SignalEvent => _ports.Refuse(call.Dispatch, call.Vtl, status, new(CallKind.Signal, CallReason.InputBlock)),
        _ => status,
    };
}
