using Synic.Backends;
using Synic.Guests;
using Synic.Hv;
using Synic.Interop.Linux;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Tests.Backends.Kvm;

public sealed class KvmLifetimeTests
{
    [KvmFact]
    public void Stop_GuestThatSpinsForEver_ReturnsAndEndsThePartition()
    {
        for (var i = 0; i < 20; i++)
        {
            using var guest = TestGuest.Create(Spin);
            guest.Start();

            guest.Partition.Stop();

            Assert.Equal(PartitionState.Stopped, guest.Partition.State);
        }
    }

    [KvmFact]
    public async Task Stop_GuestThatHaltsForEver_Returns()
    {
        using var guest = TestGuest.Create(static asm =>
        {
            asm.EnableSynic(DemoLayout.MessageVector);
            asm.cli();
            asm.hlt();
        });
        guest.Start();
        while (!guest.Partition.Synic.HypercallPageEnabled)
        {
            await Task.Yield();
        }

        guest.Partition.Stop();

        Assert.Equal(PartitionState.Stopped, guest.Partition.State);
    }

    [KvmFact]
    public async Task Run_TripleFault_EndsThePartitionWithTheReason()
    {
        using var guest = TestGuest.Create(static asm =>
        {
            asm.mov(rsp, 0x7_0000_0000UL); // no memory there: the fault cannot be delivered either
            asm.ud2();
        });

        var exit = await guest.RunAsync();

        Assert.False(exit.Clean);
        Assert.Contains("triple fault", exit.Reason, StringComparison.Ordinal);
        Assert.Equal(PartitionState.Ended, guest.Partition.State);
    }

    [KvmFact]
    public async Task Run_DebugExitWithAValue_IsNotClean()
    {
        using var guest = TestGuest.Create(static asm =>
        {
            asm.mov(eax, 7);
            asm.@out(0xF4, eax);
        });

        var exit = await guest.RunAsync();

        Assert.Equal((false, 7u), (exit.Clean, exit.DebugExitValue));
    }

    [KvmFact]
    public void Start_Twice_Throws()
    {
        using var guest = TestGuest.Create(Spin);
        guest.Start();

        Assert.Throws<InvalidOperationException>(guest.Start);
    }

    [Fact]
    public void Open_DeviceThatIsMissing_SaysWhatToDo()
    {
        var exception = Assert.Throws<HypervisorException>(() => KvmSystem.Open("/dev/no-kvm-here"));

        Assert.Contains("load kvm_intel or kvm_amd", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DeviceThatIsNoKvm_SaysSo()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Assert.Throws<HypervisorException>(() => KvmSystem.Open("/dev/null"));
    }

    private static void Spin(TestAssembler asm)
    {
        var self = asm.CreateLabel();
        asm.Label(ref self);
        asm.pause();
        asm.jmp(self);
    }
}
