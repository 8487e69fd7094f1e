using Synic.Guests;
using Synic.Hv;
using Synic.Ports;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Tests.Backends.Kvm;

public sealed class KvmSynicTests
{
    private const int Slot = 2 * HvMessage.Size;
    private static readonly ConnectionId s_ready = new(0x2001);

    [KvmFact]
    public async Task Msr_HostileWrites_AreFaultsAndTheGuestGoesOn()
    {
        using var guest = TestGuest.Create(static asm =>
        {
            asm.WriteMsr(HvMsr.SVersion, 7);
            asm.WriteMsr(HvMsr.Simp, 0x4000_0001);          // outside of RAM
            asm.WriteMsr(HvMsr.Siefp, 0xFFFF_FFFF_F001);    // far outside
            asm.WriteMsr(HvMsr.Sint0 + 2, 5);               // vector below 16
            asm.WriteMsr(HvMsr.TimeRefCount, 1);
            asm.WriteMsr(0x4000_01F0, 1);                   // no such MSR
            asm.WriteMsr(HvMsr.Simp, TestLayout.Simp.Value | 1);
            asm.WriteMsr(HvMsr.Siefp, TestLayout.Simp.Value | 1); // over the other page
            asm.ReadMsr(HvMsr.Siefp);
            asm.ReadMsr(HvMsr.Sint0 + 2);
            asm.ReadMsr(HvMsr.VpIndex);
        });

        var exit = await guest.RunAsync();

        Assert.True(exit.Clean, exit.Reason);
        Assert.Equal(7, guest.GpFaultCount);
        Assert.Equal([0UL, 0x1_0000, 0], Enumerable.Range(0, 3).Select(guest.Result));
    }

    [KvmFact]
    public async Task Message_ToAHaltedVp_ArrivesInTheSlotWithOneInterrupt()
    {
        using var guest = TestGuest.Create(static asm =>
        {
            asm.EnableSynic(DemoLayout.MessageVector);
            asm.Signal(s_ready);
            WaitForMessage(asm);
            asm.mov(rax, __qword_ptr[TestLayout.Simp.Value + Slot + HvMessage.HeaderSize]);
            asm.StoreResult();
            asm.mov(r12d, 1);
            asm.WaitForInterrupts(r12);
        });
        var port = guest.Partition.Ports.CreateGuestMessagePort(Vtl.Vtl0, new VpIndex(0), DemoLayout.MessageSint);
        using var ready = WhenReady(guest, () => port.TryPost(1, "on time!"u8));

        await guest.RunAsync();

        Assert.Equal(BitConverter.ToUInt64("on time!"u8), guest.Result(1));
        Assert.Equal(1, guest.InterruptCount);
        Assert.Equal(1, guest.Partition.Synic.Counters.Delivered);
    }

    [KvmFact]
    public async Task Sint_AsTheGuestSetIt_IsWhatInspectShows()
    {
        using var guest = TestGuest.Create(static asm => asm.EnableSynic(DemoLayout.MessageVector));

        await guest.RunAsync();

        var state = guest.Partition.Synic.Inspect(Vtl.Vtl0, new VpIndex(0))!;
        Assert.Equal(DemoLayout.MessageVector, (long)state.Sints[2].Raw);
        Assert.Equal(TestLayout.Simp.Value | 1, state.Simp);
        Assert.Equal(TestLayout.Siefp.Value | 1, state.Siefp);
    }

    [KvmFact]
    public async Task AutoEoi_HandlerThatNeverWritesEoi_ReceivesEveryMessage()
    {
        const int Messages = 50;
        const ulong AutoEoi = 1 << 17;
        using var guest = TestGuest.Create(
            static asm =>
            {
                asm.EnableSynic(DemoLayout.MessageVector | AutoEoi);
                asm.Signal(s_ready);
                asm.xor(r12d, r12d);
                asm.Repeat(Messages, () =>
                {
                    asm.inc(r12);
                    asm.WaitForInterrupts(r12); // each taken before the next is raised: none can hide behind another
                    asm.xor(eax, eax);
                    asm.xchg(__dword_ptr[TestLayout.Simp.Value + Slot], eax);
                    asm.WriteMsr(HvMsr.Eom, 0);
                });
            },
            writeEoi: false);
        using var port = guest.Partition.Ports.CreateGuestMessagePort(Vtl.Vtl0, new VpIndex(0), DemoLayout.MessageSint);
        using var ready = WhenReady(guest, () =>
        {
            for (var i = 0; i < Messages; i++)
            {
                port.TryPost(1, [(byte)i]);
            }
        });

        var exit = await guest.RunAsync();

        Assert.True(exit.Clean, exit.Reason);
        Assert.Equal(Messages, guest.Partition.Synic.Counters.Delivered);
        Assert.Equal(Messages, guest.InterruptCount);
    }

    [KvmFact]
    public async Task ReferenceTime_MsrBetweenTwoReadsOfTheTscPage_AgreesWithIt()
    {
        const ulong TscPage = 0xB_0000;
        using var guest = TestGuest.Create(static asm =>
        {
            asm.WriteMsr(HvMsr.ReferenceTsc, TscPage | 1);
            ReadTscPage(asm, TscPage);
            asm.ReadMsr(HvMsr.TimeRefCount);
            ReadTscPage(asm, TscPage);
        });

        await guest.RunAsync();

        if (guest.Partition.Capabilities.Single(static c => c.Name == "reference_tsc_page").Available)
        {
            Assert.InRange(guest.Result(1), guest.Result(0), guest.Result(2));
        }
    }

    private static PortHandle WhenReady(TestGuest guest, Action action) =>
        guest.Partition.Ports.AddEventPort(s_ready, Vtl.Vtl0, new ActionPort(action), "test");

    // Halts until SINT 2's slot is taken. STI opens interrupts only after the HLT that follows it has begun.
    private static void WaitForMessage(TestAssembler asm)
    {
        var again = asm.CreateLabel();
        var there = asm.CreateLabel();
        asm.Label(ref again);
        asm.cli();
        asm.cmp(__dword_ptr[TestLayout.Simp.Value + Slot], 0);
        asm.jne(there);
        asm.sti();
        asm.hlt();
        asm.jmp(again);
        asm.Label(ref there);
        asm.sti();
        asm.nop();
    }

    private static void ReadTscPage(TestAssembler asm, ulong page)
    {
        asm.rdtsc();
        asm.shl(rdx, 32);
        asm.or(rax, rdx);
        asm.mul(__qword_ptr[page + 8]);
        asm.mov(rax, rdx);
        asm.add(rax, __qword_ptr[page + 16]);
        asm.StoreResult();
    }

    private sealed class ActionPort(Action action) : EventPort
    {
        protected internal override void HandleEvent(ushort flag) => action();
    }
}
