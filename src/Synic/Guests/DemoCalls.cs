using Iced.Intel;
using Synic.Hv;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Guests;

/// <summary>What the demo guest does in a round: posts, signals, calls that are refused, and taking what came back.</summary>
internal sealed class DemoCalls
{
    /// <summary>Of these rounds one is told about on the serial port.</summary>
    private const int PrintEvery = 16;

    private const int MessageSlot = DemoLayout.Simp + (2 * HvMessage.Size);
    private const int TimerSlot = DemoLayout.Simp + (3 * HvMessage.Size);
    private const int EventFlags = DemoLayout.Siefp + (2 * SignalEventInput.FlagCount / 8);
    private const int Payload = DemoLayout.PostBlock + PostMessageInput.PayloadOffset;

    private readonly Assembler _asm;
    private readonly DemoText _text;
    private Label _post;
    private Label _signal;
    private Label _round;
    private Label _receive;

    public DemoCalls(Assembler asm, DemoText text)
    {
        _asm = asm;
        _text = text;
        _post = asm.CreateLabel();
        _signal = asm.CreateLabel();
        _round = asm.CreateLabel();
        _receive = asm.CreateLabel();
    }

    public void CallRound() => _asm.call(_round);

    public void CallReceive() => _asm.call(_receive);

    public void EmitRoutines()
    {
        EmitPost();
        EmitSignal();
        EmitRound();
        EmitReceive();
    }

    // EDI: connection, ESI: payload bytes. Answers in EAX, counted.
    private void EmitPost()
    {
        _asm.Label(ref _post);
        _asm.mov(__dword_ptr[r15 + DemoLayout.PostBlock + PostMessageInput.ConnectionOffset], edi);
        _asm.mov(__dword_ptr[r15 + DemoLayout.PostBlock + PostMessageInput.TypeOffset], 1);
        _asm.mov(__dword_ptr[r15 + DemoLayout.PostBlock + PostMessageInput.PayloadSizeOffset], esi);
        _asm.mov(ecx, (uint)HypercallCode.PostMessage);
        _asm.lea(rdx, __[r15 + DemoLayout.PostBlock]);
        _asm.xor(r8d, r8d);
        EmitHypercall(DemoLayout.PostStatuses);
    }

    // EDI: connection, ESI: flag. Answers in EAX, counted.
    private void EmitSignal()
    {
        _asm.Label(ref _signal);
        _asm.mov(ecx, (uint)HypercallControl.Simple(HypercallCode.SignalEvent, fast: true).Value);
        _asm.mov(edx, esi);
        _asm.shl(rdx, 32);
        _asm.or(rdx, rdi);
        EmitHypercall(DemoLayout.SignalStatuses);
    }

    private void EmitHypercall(int statuses)
    {
        _asm.mov(rax, DemoLayout.HypercallPage.Value);
        _asm.call(rax);
        _asm.movzx(ecx, al);
        _asm.inc(__qword_ptr[r15 + (rcx * 8) + statuses]);
        _asm.ret();
    }

    private void EmitRound()
    {
        var firstVp = _asm.CreateLabel();
        _asm.Label(ref _round);
        ComposePayload();
        _asm.lea(edi, __[r14 + (int)DemoLayout.Echo(new VpIndex(0)).Value]);
        Post(DemoLayout.PayloadLength);
        _asm.lea(edi, __[r14 + (int)DemoLayout.Doorbell(new VpIndex(0)).Value]);
        _asm.xor(esi, esi);
        _asm.call(_signal);
        Signal(DemoLayout.Counter);
        Signal(DemoLayout.FastCounter);
        Signal(DemoLayout.FastCounter);
        Trigger(DemoLayout.MonitoredId);
        EverySoManyRounds(8, () =>
        {
            Signal(DemoLayout.SlowCounter);
            Trigger(DemoLayout.SlowMonitoredId);
        });
        _asm.test(r14d, r14d);
        _asm.je(firstVp);
        Signal(DemoLayout.Counter); // the other VPs are twice as busy on this one
        Signal(DemoLayout.Counter);
        _asm.ret();

        _asm.Label(ref firstVp);
        _asm.mov(edi, DemoLayout.Sink.Value);
        Post(HvMessage.MaxPayload);
        EmitRefusedCalls();
        _asm.ret();
    }

    // One kind of refusal in each round, in turn: every failure column of the port table has something to show.
    private void EmitRefusedCalls()
    {
        RefusedInRound(0, "post to a connection that nobody has", () => PostTo(DemoLayout.Nobody, DemoLayout.PayloadLength));
        RefusedInRound(1, "post to an event port", () => PostTo(DemoLayout.Counter, DemoLayout.PayloadLength));
        RefusedInRound(2, "post to a port of VTL 2", () => PostTo(DemoLayout.Secure, DemoLayout.PayloadLength));
        RefusedInRound(3, "post to a receiver that is full", () => PostTo(DemoLayout.Full, DemoLayout.PayloadLength));
        RefusedInRound(4, "post of 241 bytes", () => PostTo(DemoLayout.Sink, HvMessage.MaxPayload + 1));
        RefusedInRound(5, "signal to a message port", () => Signal(DemoLayout.Sink));
        RefusedInRound(6, "signal to a connection that nobody has", () => Signal(DemoLayout.Nobody));
    }

    private void RefusedInRound(int turn, string what, Action call)
    {
        const int Turns = 8;
        var skip = _asm.CreateLabel();
        var quiet = _asm.CreateLabel();
        _asm.mov(eax, __dword_ptr[r15 + DemoLayout.Rounds]);
        _asm.and(eax, Turns - 1);
        _asm.cmp(eax, turn);
        _asm.jne(skip);
        call();
        _asm.cmp(__dword_ptr[r15 + DemoLayout.Rounds], Turns);
        _asm.ja(quiet);
        _asm.mov(ebx, eax);
        _text.Begin();
        _text.PutVp();
        _text.Put(what + ": refused with ");
        _asm.mov(eax, ebx);
        _text.PutStatus();
        _text.Put("\n");
        _text.End();
        _asm.Label(ref quiet);
        _asm.nop();
        _asm.Label(ref skip);
        _asm.nop();
    }

    // "vpN round DDDDDD" into the post block, and a copy to hold the echo against.
    private void ComposePayload()
    {
        var digit = _asm.CreateLabel();
        for (var i = 0; i < DemoLayout.PayloadLength; i += 4)
        {
            _asm.mov(__dword_ptr[r15 + Payload + i], BitConverter.ToUInt32("vp0 round 000000"u8[i..]));
        }

        _text.VpDigit();
        _asm.mov(__byte_ptr[r15 + Payload + 2], al);
        _asm.mov(eax, __dword_ptr[r15 + DemoLayout.Rounds]);
        _asm.mov(ecx, 10);
        _asm.lea(rsi, __[r15 + Payload + DemoLayout.PayloadLength - 1]);
        _asm.mov(ebx, 6);
        _asm.Label(ref digit);
        _asm.xor(edx, edx);
        _asm.div(ecx);
        _asm.add(dl, (sbyte)'0');
        _asm.mov(__byte_ptr[rsi], dl);
        _asm.dec(rsi);
        _asm.dec(ebx);
        _asm.jne(digit);
        for (var i = 0; i < DemoLayout.PayloadLength; i += 8)
        {
            _asm.mov(rax, __qword_ptr[r15 + Payload + i]);
            _asm.mov(__qword_ptr[r15 + DemoLayout.SentPayload + i], rax);
        }
    }

    private void EmitReceive()
    {
        var next = _asm.CreateLabel();
        var wrong = _asm.CreateLabel();
        var taken = _asm.CreateLabel();
        var noMessage = _asm.CreateLabel();
        var noEvent = _asm.CreateLabel();
        var noTimer = _asm.CreateLabel();
        _asm.Label(ref _receive);
        _asm.nop();

        _asm.Label(ref next);
        _asm.cmp(__dword_ptr[r15 + MessageSlot], 0);
        _asm.je(noMessage);
        _asm.inc(__qword_ptr[r15 + DemoLayout.Messages]);
        _asm.cmp(__byte_ptr[r15 + MessageSlot + HvMessage.PayloadSizeOffset], DemoLayout.PayloadLength);
        _asm.jne(wrong);
        for (var i = 0; i < DemoLayout.PayloadLength; i += 8)
        {
            _asm.mov(rax, __qword_ptr[r15 + DemoLayout.SentPayload + i]);
            _asm.cmp(rax, __qword_ptr[r15 + MessageSlot + HvMessage.HeaderSize + i]);
            _asm.jne(wrong);
        }

        _asm.inc(__qword_ptr[r15 + DemoLayout.EchoesRight]);
        EverySoManyRounds(PrintEvery, PrintEcho);
        _asm.jmp(taken);
        _asm.Label(ref wrong);
        _asm.inc(__qword_ptr[r15 + DemoLayout.EchoesWrong]);
        _text.PrintVpLine("a message came back that is not what was sent");
        _asm.Label(ref taken);
        FreeSlot(MessageSlot);
        _asm.jmp(next);

        _asm.Label(ref noMessage);
        _asm.xor(eax, eax);
        _asm.xchg(__dword_ptr[r15 + EventFlags], eax);
        _asm.test(eax, eax);
        _asm.je(noEvent);
        _asm.inc(__qword_ptr[r15 + DemoLayout.Events]);
        _asm.Label(ref noEvent);
        _asm.cmp(__dword_ptr[r15 + TimerSlot], 0);
        _asm.je(noTimer);
        FreeSlot(TimerSlot);
        _asm.Label(ref noTimer);
        _asm.ret();
    }

    // The exchange is a full barrier: the flag is read after the slot was given back (TLFS, "SynIC Message Flags").
    private void FreeSlot(int slot)
    {
        var nothingPending = _asm.CreateLabel();
        _asm.xor(eax, eax);
        _asm.xchg(__dword_ptr[r15 + slot], eax);
        _asm.test(__byte_ptr[r15 + slot + HvMessage.FlagsOffset], HvMessage.MessagePending);
        _asm.je(nothingPending);
        _asm.mov(ecx, HvMsr.Eom);
        _asm.xor(eax, eax);
        _asm.xor(edx, edx);
        _asm.wrmsr();
        _asm.Label(ref nothingPending);
        _asm.nop();
    }

    private void PrintEcho()
    {
        _asm.mov(__byte_ptr[r15 + DemoLayout.SentPayload + DemoLayout.PayloadLength], 0);
        _asm.mov(__byte_ptr[r15 + MessageSlot + HvMessage.HeaderSize + DemoLayout.PayloadLength], 0);
        _text.Begin();
        _text.PutVp();
        _text.Put("sent \"");
        _text.PutBlockText(DemoLayout.SentPayload);
        _text.Put("\", received \"");
        _text.PutBlockText(MessageSlot + HvMessage.HeaderSize);
        _text.Put("\"\n");
        _text.End();
    }

    private void EverySoManyRounds(int count, Action emit)
    {
        var skip = _asm.CreateLabel();
        _asm.mov(eax, __dword_ptr[r15 + DemoLayout.Rounds]);
        _asm.and(eax, count - 1);
        _asm.cmp(eax, 1);
        _asm.jne(skip);
        emit();
        _asm.Label(ref skip);
        _asm.nop();
    }

    private void Post(int length)
    {
        _asm.mov(esi, length);
        _asm.call(_post);
    }

    private void PostTo(ConnectionId connection, int length)
    {
        _asm.mov(edi, connection.Value);
        Post(length);
    }

    // No hypercall: the write to the page is what the host sees.
    private void Trigger(MonitorId id) => _asm.@lock.bts(__dword_ptr[DemoLayout.TriggerGroup(id).Value], (sbyte)id.Bit);

    // The flag is the round, so that a port which looks at flags sees them change.
    private void Signal(ConnectionId connection)
    {
        _asm.mov(edi, connection.Value);
        _asm.mov(esi, __dword_ptr[r15 + DemoLayout.Rounds]);
        _asm.and(esi, SignalEventInput.FlagCount - 1);
        _asm.call(_signal);
    }
}
