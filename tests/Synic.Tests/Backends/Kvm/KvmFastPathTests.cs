using Synic.Backends;
using Synic.Hv;
using Synic.Ports.Handlers;

namespace Synic.Tests.Backends.Kvm;

public sealed class KvmFastPathTests
{
    private const int Signals = 500;
    private static readonly ConnectionId s_connection = new(0x2001);
    private static readonly ConnectionId s_other = new(0x2002);

    [KvmFact]
    public async Task Signal_PortWithFastPath_IsCountedWithoutAnExit()
    {
        using var port = new CounterPort(fastPath: true);
        using var guest = TestGuest.Create(static asm => asm.Repeat(Signals, () => asm.Signal(s_connection)));
        using var handle = guest.Partition.Ports.AddEventPort(s_connection, Vtl.Vtl0, port, "test");

        await guest.RunAsync();

        Assert.True(handle.Registration.FastPathActive);
        Assert.Equal(Signals, handle.Registration.FastPathSignals);
        Assert.Equal(0, handle.Registration.Statistics.Calls);
        Assert.Equal(0, guest.Partition.Exits(ExitReason.Hypercall));
    }

    [KvmFact]
    public async Task Signal_WhileAnotherPortHasAFastPath_StillAnswersItsOwnStatus()
    {
        using var fast = new CounterPort(fastPath: true);
        using var slow = new CounterPort(fastPath: false);
        using var guest = TestGuest.Create(static asm =>
        {
            asm.Signal(s_other, flag: 7);
            asm.Signal(new ConnectionId(0x9999));
            asm.Signal(s_connection);
        });
        using var fastHandle = guest.Partition.Ports.AddEventPort(s_connection, Vtl.Vtl0, fast, "fast");
        using var slowHandle = guest.Partition.Ports.AddEventPort(s_other, Vtl.Vtl0, slow, "slow");

        await guest.RunAsync();

        Assert.Equal([0UL, 0x12, 0], Enumerable.Range(0, 3).Select(guest.Result));
        Assert.Equal(7, slow.LastFlag);
        Assert.Equal(1, slowHandle.Registration.Statistics.Calls);
        Assert.Equal(1, fastHandle.Registration.FastPathSignals);
    }

    [KvmFact]
    public async Task Suspend_FastPath_BringsEveryCallThroughThePortMap()
    {
        using var port = new CounterPort(fastPath: true);
        using var guest = TestGuest.Create(static asm => asm.Repeat(Signals, () => asm.Signal(s_connection)));
        using var handle = guest.Partition.Ports.AddEventPort(s_connection, Vtl.Vtl0, port, "test");

        using (handle.Registration.FastPath!.Suspend())
        {
            await guest.RunAsync();
            Assert.False(handle.Registration.FastPathActive);
        }

        Assert.Equal(Signals, handle.Registration.Statistics.Calls);
        Assert.Equal(0, handle.Registration.FastPathSignals);
        Assert.True(handle.Registration.FastPathActive);
    }

    [KvmFact]
    public void AddEventPort_MinimumVtlAboveZero_GetsNoFastPath()
    {
        using var port = new CounterPort(fastPath: true);
        using var guest = TestGuest.Create(static _ => { });

        using var handle = guest.Partition.Ports.AddEventPort(s_connection, Vtl.Vtl1, port, "test");

        Assert.Null(handle.Registration.FastPath);
    }

    [KvmFact]
    public void Dispose_HandleAfterThePartition_Works()
    {
        using var port = new CounterPort(fastPath: true);
        var guest = TestGuest.Create(static _ => { });
        var handle = guest.Partition.Ports.AddEventPort(s_connection, Vtl.Vtl0, port, "test");
        var message = guest.Partition.Ports.CreateGuestMessagePort(Vtl.Vtl0, new VpIndex(0), SintIndex.VmBus);

        guest.Dispose();
        handle.Dispose();
        handle.Dispose();

        Assert.Empty(guest.Partition.Ports.Map.Snapshot());
        Assert.Equal(Synic.Ports.GuestPostResult.PartitionGone, message.TryPost(1, [1]));
    }
}
