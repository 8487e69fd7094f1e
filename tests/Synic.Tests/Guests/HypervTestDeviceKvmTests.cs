using Synic.Diagnostics;
using Synic.Guests;
using Synic.Hv;
using Synic.Tests.Backends;
using Synic.Tests.Backends.Kvm;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Tests.Guests;

/// <summary>What guests written for hyperv-testdev do with it, on two VPs: VP 0 acts, VP 1 receives.</summary>
public sealed class HypervTestDeviceKvmTests
{
    private const byte Connection = 0x21;
    private const byte Sint = 8;
    private const byte Vector = 0xB0;
    private const ulong AutoEoi = 1 << 17;
    private const ulong Slot = BootGuest.Blocks + BootGuest.BlockSize + BootGuest.Simp + (Sint * HvMessage.Size);
    private const ulong Flags = BootGuest.Blocks + BootGuest.BlockSize + BootGuest.Siefp + (Sint * 256) + (Connection / 32 * 4);
    private const ulong Received = BootGuest.Blocks + BootGuest.BlockSize + (Vector * 8);
    private const ulong PostBlock = BootGuest.Blocks + 0x4000;
    private const ulong OtherCommand = BootGuest.Blocks + BootGuest.BlockSize + BootGuest.Command;

    private readonly BootGuest _guest = new();

    private TestAssembler Asm => _guest.Asm;

    [KvmFact]
    public async Task Messages_ToABusySlot_AreStagedRefusedAndDeliveredAfterEom()
    {
        _guest.OnVector(Vector, writeEoi: false);
        var run = await RunAsync(() =>
        {
            _guest.TestDevice(4, Connection, 1, Sint);
            Post(1);
            _guest.CheckEax(1, 0);
            _guest.WaitFor(Received, 1);
            CheckSlot(2, payload: 1, pending: false);
            Post(2);
            _guest.CheckEax(6, 0);
            CheckSlot(7, payload: 1, pending: true);
            Post(3);
            _guest.CheckEax(11, 0x13);
            LetVp1FreeItsSlot();
            _guest.WaitFor(Received, 2);
            CheckSlot(12, payload: 2, pending: false);
            LetVp1FreeItsSlot();
            _guest.Check(16, Slot, 0);
            _guest.TestDevice(5, Connection, 0, 0);
            Post(4);
            _guest.CheckEax(17, 0x12);
        });

        run.AssertClean();
        Assert.Equal(2, run.Counters.Delivered);
        Assert.Equal(1, run.Counters.Eoms(EomResult.Redelivered));
    }

    [KvmFact]
    public async Task Event_SignalledAgain_IsNoSecondInterrupt()
    {
        _guest.OnVector(Vector, writeEoi: false);
        var run = await RunAsync(() =>
        {
            _guest.TestDevice(6, Connection, 1, Sint);
            Signal(0);
            _guest.CheckEax(1, 0);
            _guest.WaitFor(Received, 1);
            _guest.Check(2, Flags, 1 << (Connection % 32));
            Signal(0);
            _guest.CheckEax(3, 0);
            _guest.Check(4, Flags, 1 << (Connection % 32));
            _guest.Check(5, Received, 1);
            Asm.mov(__dword_ptr[Flags], 0);
            Signal(0);
            _guest.WaitFor(Received, 2);
            _guest.TestDevice(7, Connection, 0, 0);
            Signal(0);
            _guest.CheckEax(6, 0x12);
        });

        run.AssertClean();
        Assert.Equal((2, 1), (run.Counters.Events(EventResult.Interrupt), run.Counters.Events(EventResult.Coalesced)));
    }

    [KvmFact]
    public async Task Sints_AllSixteenOfEachVp_AreRaisedByTheOther()
    {
        const byte FirstVector = 0xC0;
        for (var sint = 0; sint < SintIndex.Count; sint++)
        {
            _guest.OnVector(
                (byte)(FirstVector + sint), writeEoi: sint % 4 != 3, also: () => Asm.@lock.inc(__qword_ptr[r15 + BootGuest.Word]));
        }

        var run = await BootGuest.RunAsync(
            _guest.Build(
                () =>
                {
                    SetUp(FirstVector);
                    _guest.StartOtherVps();
                    _guest.WaitFor(OtherCommand, 1);
                    RaiseAll(vp: 1);
                    _guest.WaitFor(BootGuest.Block(1) + BootGuest.Word, SintIndex.Count);
                    Asm.mov(__qword_ptr[OtherCommand], 2);
                    _guest.WaitFor(BootGuest.Block(0) + BootGuest.Word, SintIndex.Count);
                    for (var i = 0; i < 2 * SintIndex.Count; i++)
                    {
                        _guest.Check((byte)(i + 1), BootGuest.Block(i / 16) + (ulong)((FirstVector + (i % 16)) * 8), 1);
                    }
                },
                () =>
                {
                    SetUp(FirstVector);
                    Asm.mov(__qword_ptr[OtherCommand], 1);
                    _guest.WaitFor(OtherCommand, 2);
                    RaiseAll(vp: 0);
                }),
            vps: 2);

        run.AssertClean();
    }

    [KvmFact]
    public async Task Timer_Periodic_FiresAThousandTimesThroughItsSlot()
    {
        const int Ticks = 1000;
        _guest.OnVector(Vector, also: () =>
        {
            Asm.xor(eax, eax);
            Asm.xchg(__dword_ptr[r15 + BootGuest.Simp + (2 * HvMessage.Size)], eax);
            Asm.cmp(eax, unchecked((int)HvMessage.TypeTimerExpired));
            var other = Asm.CreateLabel();
            Asm.jne(other);
            Asm.inc(__qword_ptr[r15 + BootGuest.Word]);
            Asm.Label(ref other);
            Asm.WriteMsr(HvMsr.Eom, 0);
        });
        var run = await BootGuest.RunAsync(_guest.Build(() =>
        {
            _guest.EnableSynic();
            Asm.WriteMsr(HvMsr.Sint0 + 2, Vector);
            Asm.WriteMsr(HvMsr.Stimer0Config + 1, 10_000);   // 1 ms
            Asm.WriteMsr(HvMsr.Stimer0Config, (2 << 16) | 3); // SINT 2, periodic, enabled
            var again = Asm.CreateLabel();
            Asm.Label(ref again);
            Asm.pause();
            Asm.cmp(__qword_ptr[BootGuest.Blocks + BootGuest.Word], Ticks);
            Asm.jb(again);
            Asm.WriteMsr(HvMsr.Stimer0Config, 0);
        }));

        run.AssertClean();
    }

    // VP 1 turns its SynIC on, then frees its slot whenever it is told to.
    private Task<BootRun> RunAsync(Action main) => BootGuest.RunAsync(
        _guest.Build(
            () =>
            {
                Asm.WriteMsr(HvMsr.GuestOsId, DemoLayout.GuestOsId);
                Asm.WriteMsr(HvMsr.Hypercall, DemoLayout.HypercallPage.Value | 1);
                _guest.StartOtherVps();
                _guest.WaitFor(OtherCommand, 1);
                main();
            },
            () =>
            {
                _guest.EnableSynic();
                Asm.WriteMsr(HvMsr.Sint0 + Sint, Vector | AutoEoi);
                Asm.mov(__qword_ptr[OtherCommand], 1);
                var loop = Asm.CreateLabel();
                Asm.Label(ref loop);
                Asm.nop();
                _guest.WaitFor(OtherCommand, 2);
                Asm.mov(__dword_ptr[Slot], 0);
                Asm.WriteMsr(HvMsr.Eom, 0);
                Asm.mov(__qword_ptr[OtherCommand], 1);
                Asm.jmp(loop);
            }),
        vps: 2);

    private void LetVp1FreeItsSlot()
    {
        Asm.mov(__qword_ptr[OtherCommand], 2);
        _guest.WaitFor(OtherCommand, 1);
    }

    private void CheckSlot(byte number, uint payload, bool pending)
    {
        _guest.Check(number, Slot, 0x1234_5678);
        _guest.Check((byte)(number + 1), Slot + 4, pending ? 0x0108u : 0x0008u);
        _guest.Check((byte)(number + 2), Slot + HvMessage.HeaderSize, payload);
        _guest.Check((byte)(number + 3), Slot + HvMessage.HeaderSize + 4, 0);
    }

    private void Post(uint payload)
    {
        uint[] words = [Connection, 0, 0x1234_5678, 8, payload, 0];
        for (var i = 0; i < words.Length; i++)
        {
            Asm.mov(__dword_ptr[PostBlock + (ulong)(i * 4)], words[i]);
        }

        Asm.PostBlock(PostBlock);
    }

    private void Signal(ushort flag) => Asm.Signal(new ConnectionId(Connection), flag);

    private void SetUp(byte firstVector)
    {
        _guest.EnableSynic();
        for (var sint = 0u; sint < SintIndex.Count; sint++)
        {
            Asm.WriteMsr(HvMsr.Sint0 + sint, (firstVector + sint) | (sint % 4 == 3 ? AutoEoi : 0));
        }
    }

    private void RaiseAll(byte vp)
    {
        for (byte sint = 0; sint < SintIndex.Count; sint++)
        {
            _guest.TestDevice(1, 0, vp, sint);
            _guest.TestDevice(3, 0, vp, sint);
            _guest.TestDevice(2, 0, vp, sint);
        }
    }
}
