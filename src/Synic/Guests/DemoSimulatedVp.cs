using System.Buffers.Binary;
using System.Text;
using Synic.Backends.Emulated;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Guests;

/// <summary>One VP of the simulated demo: does what the code of <see cref="DemoCalls"/> does, step by step.</summary>
internal sealed class DemoSimulatedVp(EmulatedProcessor processor, IGuestMemory memory, DemoGuestOptions options, Action<string> print)
{
    private const int PrintEvery = 16;
    private const int Turns = 8;

    private readonly Gpa _block = DemoLayout.Block(processor.Vp);
    private string _sent = "";
    private int _rounds;

    public VpIndex Vp => processor.Vp;

    public void Run(CancellationToken stop)
    {
        SetUp();
        using var wake = stop.Register(processor.Wake);
        var ticks = 0L;
        while (!stop.IsCancellationRequested && (options.Rounds == 0 || _rounds < options.Rounds))
        {
            processor.Halt(Timeout.InfiniteTimeSpan);
            Receive();
            var now = processor.InterruptCount(Vtl.Vtl0, DemoLayout.TimerVector);
            if (now != ticks)
            {
                ticks = now;
                _rounds++;
                Round();
            }
        }

        WriteMsr(HvMsr.Stimer0Config, 0);
        Receive();
    }

    private void SetUp()
    {
        if (Vp.Value == 0)
        {
            WriteMsr(HvMsr.GuestOsId, DemoLayout.GuestOsId);
            WriteMsr(HvMsr.Hypercall, DemoLayout.HypercallPage.Value | 1);
        }

        WriteMsr(HvMsr.Simp, (_block + DemoLayout.Simp).Value | 1);
        WriteMsr(HvMsr.Siefp, (_block + DemoLayout.Siefp).Value | 1);
        WriteMsr(HvMsr.Sint0 + DemoLayout.MessageSint.Value, DemoLayout.MessageVector);
        WriteMsr(HvMsr.Sint0 + DemoLayout.TimerSint.Value, DemoLayout.TimerVector);
        WriteMsr(HvMsr.SControl, 1);
        WriteMsr(HvMsr.Stimer0Config + 1, 10_000_000UL / (ulong)options.RoundsPerSecond);
        WriteMsr(HvMsr.Stimer0Config, ((ulong)DemoLayout.TimerSint.Value << 16) | 3);
        print($"vp{Vp}: SynIC on: SIMP, SIEFP, SINT2, SINT3; timer 0 runs (simulated)");
    }

    private void Round()
    {
        _sent = $"vp{Vp.Value:x} round {_rounds:000000}";
        Post(DemoLayout.Echo(Vp), Encoding.ASCII.GetBytes(_sent));
        Signal(DemoLayout.Doorbell(Vp), 0);
        SignalRound(DemoLayout.Counter);
        SignalRound(DemoLayout.FastCounter);
        SignalRound(DemoLayout.FastCounter);
        Trigger(DemoLayout.MonitoredId);
        if (_rounds % 8 == 1)
        {
            SignalRound(DemoLayout.SlowCounter);
            Trigger(DemoLayout.SlowMonitoredId);
        }

        if (Vp.Value != 0)
        {
            SignalRound(DemoLayout.Counter);
            SignalRound(DemoLayout.Counter);
            return;
        }

        Post(DemoLayout.Sink, new byte[HvMessage.MaxPayload]);
        Refused();
    }

    private void Refused()
    {
        var payload = Encoding.ASCII.GetBytes(_sent);
        var (what, status) = (_rounds % Turns) switch
        {
            0 => ("post to a connection that nobody has", Post(DemoLayout.Nobody, payload)),
            1 => ("post to an event port", Post(DemoLayout.Counter, payload)),
            2 => ("post to a port of VTL 2", Post(DemoLayout.Secure, payload)),
            3 => ("post to a receiver that is full", Post(DemoLayout.Full, payload)),
            4 => ("post of 241 bytes", Post(DemoLayout.Sink, payload, HvMessage.MaxPayload + 1)),
            5 => ("signal to a message port", SignalRound(DemoLayout.Sink)),
            6 => ("signal to a connection that nobody has", SignalRound(DemoLayout.Nobody)),
            _ => ("", HvStatus.Success),
        };
        if (!status.IsSuccess && _rounds <= Turns)
        {
            print($"vp{Vp}: {what}: refused with 0x{status.Value:x2}");
        }
    }

    private void Receive()
    {
        var slot = _block + DemoLayout.Simp + (2 * HvMessage.Size);
        Span<byte> message = stackalloc byte[HvMessage.Size];
        while (memory.TryRead(slot, message) && HvMessage.ReadType(message) != HvMessage.TypeNone)
        {
            if (_rounds % PrintEvery == 1)
            {
                print($"vp{Vp}: sent \"{_sent}\", received \"{Encoding.ASCII.GetString(HvMessage.ReadPayload(message))}\"");
            }

            FreeSlot(slot);
        }

        FreeSlot(_block + DemoLayout.Simp + (3 * HvMessage.Size));
        memory.TryWriteUInt32(_block + DemoLayout.Siefp + (2 * SignalEventInput.FlagCount / 8), 0);
    }

    private void FreeSlot(Gpa slot)
    {
        memory.TryWriteUInt32(slot, HvMessage.TypeNone);
        Interlocked.MemoryBarrier(); // the flag is read after the slot was given back
        if (memory.TryReadUInt32(slot + HvMessage.PayloadSizeOffset, out var flags) && (flags >> 8 & HvMessage.MessagePending) != 0)
        {
            WriteMsr(HvMsr.Eom, 0);
        }
    }

    private HvStatus Post(ConnectionId connection, ReadOnlySpan<byte> payload, int? claimedSize = null)
    {
        Span<byte> block = stackalloc byte[PostMessageInput.Size];
        block.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block, connection.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(block[PostMessageInput.TypeOffset..], HvMessage.TypeChannel);
        BinaryPrimitives.WriteUInt32LittleEndian(block[PostMessageInput.PayloadSizeOffset..], (uint)(claimedSize ?? payload.Length));
        payload.CopyTo(block[PostMessageInput.PayloadOffset..]);
        var gpa = _block + DemoLayout.PostBlock;
        memory.TryWrite(gpa, block);
        return processor.Hypercall(Vtl.Vtl0, HypercallControl.Simple(HypercallCode.PostMessage), gpa).Status;
    }

    private void Trigger(MonitorId id) =>
        processor.TryWrite(Vtl.Vtl0, DemoLayout.TriggerGroup(id), BitConverter.GetBytes(1u << id.Bit)); // nothing else is ever pending

    private HvStatus SignalRound(ConnectionId connection) => Signal(connection, (ushort)(_rounds % SignalEventInput.FlagCount));

    private HvStatus Signal(ConnectionId connection, ushort flag)
    {
        Span<byte> registers = stackalloc byte[16];
        registers.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(registers, connection.Value);
        BinaryPrimitives.WriteUInt16LittleEndian(registers[SignalEventInput.FlagOffset..], flag);
        return processor.Hypercall(Vtl.Vtl0, HypercallControl.Simple(HypercallCode.SignalEvent, fast: true), registers).Status;
    }

    private void WriteMsr(uint msr, ulong value) => processor.TryWriteMsr(Vtl.Vtl0, msr, value);
}
