using Synic.Backends;
using Synic.Hv;
using Synic.Monitors;
using Synic.Ports.Handlers;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Tests.Backends.Kvm;

public sealed class KvmMonitorTests
{
    private const ulong Page = 0xC_0000;
    private const ulong Group1 = Page + 0x10;
    private static readonly ConnectionId s_connection = new(0x2001);

    // In the middle, and the last page of RAM.
    private static readonly ulong[] s_pages = [Page, (4 << 20) - Gpa.PageSize];

    [KvmFact]
    public async Task Trigger_BitSetByTheGuest_SignalsThePortOnceEachTime()
    {
        const int Triggers = 100;
        using var port = new CounterPort(fastPath: false);
        using var guest = TestGuest.Create(static asm => asm.Repeat(Triggers, () => asm.@lock.bts(__qword_ptr[Group1], 5)));
        SetPages(guest, Page);
        using var handle = Add(guest, port, id: 37);

        await guest.RunAsync();

        Assert.Equal(Triggers, handle.Registration.Statistics.Calls);
        Assert.Equal(Triggers, guest.Partition.Exits(ExitReason.MonitorWrite));
        Assert.Equal(Triggers, guest.Partition.Monitors!.Page(Vtl.Vtl0).Signalled);
    }

    [KvmFact]
    public async Task Trigger_IdThatNobodyHas_IsCountedAndTheGuestGoesOn()
    {
        using var guest = TestGuest.Create(static asm =>
        {
            asm.mov(__dword_ptr[Group1], 0x8000_0000u);
            asm.mov(__dword_ptr[Page + 0xFFC], 1); // behind the trigger groups
            asm.mov(eax, __dword_ptr[Group1]);
            asm.StoreResult();
        });
        SetPages(guest, Page);

        var exit = await guest.RunAsync();

        Assert.True(exit.Clean, exit.Reason);
        Assert.Equal(1, guest.Partition.Monitors!.Page(Vtl.Vtl0).UnknownTriggers);
        Assert.Equal(1, guest.Partition.Monitors!.Page(Vtl.Vtl0).OutsideWrites);
        Assert.Equal(0UL, guest.Result(0)); // reads see zeros
    }

    [KvmFact]
    public async Task SetMonitorPages_WhileTheGuestRuns_MovesTheTrapAndLosesNoMemory()
    {
        using var guest = TestGuest.Create(static asm =>
        {
            var again = asm.CreateLabel();
            asm.xor(eax, eax);
            asm.Label(ref again);
            asm.inc(rax);
            asm.inc(__qword_ptr[0xE_0000]);
            asm.cmp(__qword_ptr[0xE_0008], 0);
            asm.je(again);
            asm.StoreResult();
        });
        guest.Start();

        for (var moves = 0; moves < 20; moves++)
        {
            SetPages(guest, s_pages[moves % s_pages.Length]);
        }

        Assert.True(guest.Partition.Memory.TryWrite(new Gpa(0xE_0008), [1]));
        var exit = await guest.Partition.Completion.WaitAsync(TestContext.Current.CancellationToken);
        guest.Partition.Stop();

        Assert.True(exit.Clean, exit.Reason);
        Assert.True(guest.Partition.Memory.TryReadUInt32(new Gpa(0xE_0000), out var count));
        Assert.Equal((uint)guest.Result(0), count);
        Assert.Equal(0, guest.Partition.Exits(ExitReason.Mmio));
    }

    private static Synic.Ports.PortHandle Add(TestGuest guest, CounterPort port, byte id) => guest.Partition.Ports.AddEventPort(
        s_connection, Vtl.Vtl0, port, "test", new MonitorInfo(new MonitorId(id), TimeSpan.FromMicroseconds(100)));

    private static void SetPages(TestGuest guest, ulong page) => guest.Partition.Ports.MonitorSupport!.SetMonitorPages(
        Vtl.Vtl0, new MonitorPageGpas(new Gpa(0xF_0000), new Gpa(page)));
}
