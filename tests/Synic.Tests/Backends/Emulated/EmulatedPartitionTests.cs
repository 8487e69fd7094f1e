using System.Buffers.Binary;
using Synic.Backends;
using Synic.Backends.Emulated;
using Synic.Diagnostics;
using Synic.Hv;
using Synic.Monitors;
using Synic.Ports;
using Synic.Ports.Handlers;

namespace Synic.Tests.Backends.Emulated;

public sealed class EmulatedPartitionTests : IDisposable
{
    private static readonly ConnectionId s_connection = new(0x2001);
    private static readonly VpIndex s_vp0 = new(0);

    private readonly EmulatedPartition _partition = new(new PartitionOptions { MemoryBytes = 1 << 20 });

    public void Dispose() => _partition.Dispose();

    [Theory]
    [InlineData(0, 0x08)]
    [InlineData(1, 0x08)]
    [InlineData(2, 0x00)]
    public void Hypercall_PortOfVtl2_AnswersByTheCallersVtl(byte vtl, ushort status)
    {
        using var port = new CounterPort(fastPath: true);
        using var handle = _partition.Ports.AddEventPort(s_connection, Vtl.Vtl2, port, "test");

        Assert.Equal(status, Signal(new Vtl(vtl)).Status.Value);
    }

    [Fact]
    public void Hypercall_BlockOutsideOfMemory_IsRefused()
    {
        var result = _partition.Processor(s_vp0).Hypercall(
            Vtl.Vtl0, HypercallControl.Simple(HypercallCode.PostMessage), new Gpa(1 << 20));

        Assert.Equal(HvStatus.InvalidHypercallInput, result.Status);
    }

    [Fact]
    public void Msrs_OfTwoVtls_AreApart()
    {
        var processor = _partition.Processor(s_vp0);

        Assert.True(processor.TryWriteMsr(Vtl.Vtl0, HvMsr.Simp, 0x1001));
        Assert.True(processor.TryReadMsr(Vtl.Vtl1, HvMsr.Simp, out var other));

        Assert.Equal(0UL, other);
        Assert.False(processor.TryWriteMsr(Vtl.Vtl1, HvMsr.Siefp, 0x1001)); // VTL 0's page lies there
    }

    [Fact]
    public void Write_ToTheMonitorPage_SignalsThePortAndLeavesMemoryAlone()
    {
        using var port = new CounterPort(fastPath: false);
        using var handle = _partition.Ports.AddEventPort(
            s_connection, Vtl.Vtl0, port, "test", new MonitorInfo(new MonitorId(37), TimeSpan.FromMicroseconds(100)));
        _partition.Ports.MonitorSupport!.SetMonitorPages(Vtl.Vtl0, new MonitorPageGpas(new Gpa(0x4000), new Gpa(0x5000)));
        Span<byte> pending = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(pending, 1 << 5); // group 1, bit 5

        Assert.True(_partition.Processor(s_vp0).TryWrite(Vtl.Vtl0, new Gpa(0x5010), pending));

        Assert.Equal(1, handle.Registration.Statistics.Calls);
        Assert.Equal(1, _partition.Monitors!.Page(Vtl.Vtl0).Signalled);
        Assert.Equal(1, _partition.Ports.Map.Contexts.Sum(static c => c.Counters.SignalCalls(Vtl.Vtl0, SignalPath.Monitor)));
        Assert.True(_partition.Memory.TryReadUInt32(new Gpa(0x5010), out var stored));
        Assert.Equal(0u, stored);
    }

    [Fact]
    public void MonitorPage_PortComesAndGoes_TellsTheGuestItsLatency()
    {
        var latency = new Gpa(0x5000 + 0x240 + (2 * 36));
        _partition.Ports.MonitorSupport!.SetMonitorPages(Vtl.Vtl0, new MonitorPageGpas(new Gpa(0x4000), new Gpa(0x5000)));
        var handle = _partition.Ports.AddEventPort(
            s_connection, Vtl.Vtl0, new CounterPort(fastPath: false), "test",
            new MonitorInfo(new MonitorId(36), TimeSpan.FromMicroseconds(100)));

        Assert.True(_partition.Memory.TryReadUInt32(latency, out var bound));
        handle.Dispose();
        Assert.True(_partition.Memory.TryReadUInt32(latency, out var free));

        Assert.Equal((1000u, 0u), (bound, free));
    }

    [Fact]
    public void SetMonitorPages_OutsideOfMemory_Throws()
    {
        Assert.Throws<ArgumentException>(() => _partition.Ports.MonitorSupport!.SetMonitorPages(
            Vtl.Vtl0, new MonitorPageGpas(new Gpa(0x4000), new Gpa(1 << 20))));
        Assert.Null(_partition.Monitors!.Page(Vtl.Vtl0).Pages);
    }

    [Fact]
    public void Dispose_PortsAndGuestPortsAfterwards_AnswerAndDoNothing()
    {
        var port = new SinkPort();
        var handle = _partition.Ports.AddMessagePort(s_connection, Vtl.Vtl0, port, "test");
        using var guestPort = _partition.Ports.CreateGuestEventPort(Vtl.Vtl0, s_vp0, SintIndex.VmBus, 3);

        _partition.Dispose();
        _partition.Dispose();
        handle.Dispose();

        Assert.Equal(GuestSignalResult.PartitionGone, guestPort.Signal());
        Assert.Empty(_partition.Ports.Map.Snapshot());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public void Create_VpsOutOfRange_Throws(int vps) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmulatedPartition(new PartitionOptions { Vps = vps }));

    private HypercallResult Signal(Vtl vtl)
    {
        Span<byte> registers = stackalloc byte[16];
        registers.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(registers, s_connection.Value);
        return _partition.Processor(s_vp0).Hypercall(
            vtl, HypercallControl.Simple(HypercallCode.SignalEvent, fast: true), registers);
    }
}
