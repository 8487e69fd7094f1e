using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using Synic.Backends;
using Synic.Backends.Emulated;
using Synic.History;
using Synic.Hv;
using Synic.Monitors;
using Synic.Ports;
using Synic.Ports.Handlers;

namespace Synic.Tests.History;

/// <summary>What a guest does in a partition is what the history says.</summary>
public sealed class TappedPartitionTests : IDisposable
{
    private static readonly ConnectionId s_messages = new(0x10);
    private static readonly ConnectionId s_events = new(0x20);
    private static readonly VpIndex s_vp = new(1);

    private readonly EventCollector _collector = new();
    private readonly EventHistory _history;
    private readonly EmulatedPartition _partition;
    private long _seen;

    public TappedPartitionTests()
    {
        var time = new FakeTimeProvider();
        var tap = new CallTap(time);
        _history = _collector.Add("test", tap);
        _partition = new EmulatedPartition(new PartitionOptions { MemoryBytes = 16 * Gpa.PageSize, Time = time, Tap = tap, Dialect = SynicDialect.Tlfs });
    }

    public void Dispose() => _partition.Dispose();

    [Theory]
    [InlineData(0x3001UL, 1u, 0u, 8u, "invalid_alignment", null, null)] // the block is not 8-aligned
    [InlineData(0x3000UL, 1u, 0u, 241u, "invalid_parameter", "payload_too_long", 241)]
    [InlineData(0x3000UL, 1u, 0u, uint.MaxValue, "invalid_parameter", "payload_too_long", 65535)]
    [InlineData(0x3000UL, 1u, 1u, 8u, "invalid_parameter", "reserved_bits", 8)]
    [InlineData(0x3000UL, 0u, 0u, 8u, "invalid_parameter", "message_type", 8)]
    [InlineData(0x3000UL, 1u, 0u, 8u, "invalid_connection_id", "no_port", 8)]
    public void Post_Refused_IsWrittenDownWithTheCheckThatFailed(
        ulong gpa, uint type, uint reserved, uint size, string status, string? reason, int? bytes)
    {
        Post(gpa, s_messages, type, size, reserved);

        var record = Assert.Single(Read(CallKind.Post));
        Assert.Equal((status, reason ?? "input_block"), (CallLabels.StatusOf(in record.Call), CallLabels.Of(record.Call.Reason)));
        Assert.Equal((bytes ?? 0, (byte)1), (record.Call.Size, record.Call.Vp));
        Assert.Equal(bytes is not null, record.Call.Fields.HasFlag(CallFields.Connection));
    }

    [Fact]
    public void Dispose_OneMachineAfterTheOther_LeavesNoRingsBehindAndLosesNothing()
    {
        var tap = _history.Tap;
        for (var reboot = 0; reboot < 3; reboot++)
        {
            using (var machine = new EmulatedPartition(new PartitionOptions { MemoryBytes = 16 * Gpa.PageSize, Tap = tap }))
            {
                machine.Processor(s_vp).Hypercall(Vtl.Vtl0, HypercallControl.Simple(HypercallCode.PostMessage), new Gpa(0x3000));
            }

            Assert.Single(Read(CallKind.Post));
            Assert.Single(tap.Rings); // the one that nobody owns
        }
    }

    [Fact]
    public void Post_PortsOfAllSorts_AreToldApart()
    {
        _partition.Ports.AddMessagePort(s_messages, Vtl.Vtl0, new SinkPort(), "sink");
        _partition.Ports.AddMessagePort(new ConnectionId(0x11), Vtl.Vtl0, new FullPort(), "full");
        _partition.Ports.AddMessagePort(new ConnectionId(0x12), Vtl.Vtl2, new SinkPort(), "trusted");
        _partition.Ports.AddEventPort(s_events, Vtl.Vtl0, new BrokenPort(), "broken");
        foreach (var connection in (uint[])[0x10, 0x11, 0x12, 0x20])
        {
            Post(0x3000, new ConnectionId(connection), 1, 4);
        }

        Signal(s_events, flag: 5);

        Assert.Equal(
            [null, "port_full", "vtl_too_low", "wrong_kind"], Read(CallKind.Post).Select(e => CallLabels.Of(e.Call.Reason)));
        var signal = Assert.Single(Read(CallKind.Signal, again: true));
        Assert.Equal(("operation_failed", "port_faulted", (ushort)5, "broken"), (
            CallLabels.StatusOf(in signal.Call), CallLabels.Of(signal.Call.Reason), signal.Call.Flag, signal.Port?.Owner));
    }

    [Fact]
    public void Monitor_KnownUnknownAndOutside_AreWrittenDown()
    {
        _partition.Ports.AddEventPort(s_events, Vtl.Vtl0, new CounterPort(fastPath: false), "counter", new MonitorInfo(new MonitorId(3), default));
        _partition.Monitors!.SetMonitorPages(Vtl.Vtl0, new MonitorPageGpas(new Gpa(0x4000), new Gpa(0x5000)));
        var vp = _partition.Processor(s_vp);

        vp.TryWrite(Vtl.Vtl0, new Gpa(0x5000 + HvMonitorPage.TriggerGroupsOffset), [0b1001]);
        vp.TryWrite(Vtl.Vtl0, new Gpa(0x5800), [1]);

        Assert.Equal(
            [(0, "unknown_id"), (3, null), (0, "outside_area")],
            Read(CallKind.MonitorTrigger).Select(e => ((int)e.Call.Index, CallLabels.Of(e.Call.Reason))));
    }

    [Fact]
    public void GuestMessage_SlotBusy_IsDeferredAndThenDelivered()
    {
        OpenSynic();
        _partition.Synic.PostMessage(Vtl.Vtl0, s_vp, SintIndex.VmBus, 1, "one!"u8);
        _partition.Synic.PostMessage(Vtl.Vtl0, s_vp, SintIndex.VmBus, 1, "two!"u8);
        _partition.Memory.TryWrite(new Gpa(0x6000 + (2 * HvMessage.Size)), new byte[4]); // the guest takes it
        _partition.Processor(s_vp).TryWriteMsr(Vtl.Vtl0, HvMsr.Eom, 0);

        var messages = Read(CallKind.GuestMessage);

        Assert.Equal(
            [("delivered", null), ("deferred", "slot_busy"), ("delivered", null)],
            messages.Select(e => (CallLabels.StatusOf(in e.Call), CallLabels.Of(e.Call.Reason))));
        Assert.Equal(BinaryPrimitives.ReadUInt32LittleEndian("two!"u8), messages[2].Call.FirstWord);
        var eom = Assert.Single(Read(CallKind.Eom, again: true));
        Assert.Equal("redelivered", CallLabels.StatusOf(in eom.Call));
        Assert.Equal(0x31UL, Assert.Single(Read(CallKind.SintChanged, again: true)).Call.Value);
    }

    [Fact]
    public void GuestDelivery_NobodyThere_IsWrittenDown()
    {
        _partition.Synic.PostMessage(Vtl.Vtl0, new VpIndex(99), SintIndex.VmBus, 1, default);
        _partition.Synic.PostMessage(Vtl.Vtl0, s_vp, new SintIndex(16), 1, default);
        _partition.Synic.PostMessage(Vtl.Vtl0, s_vp, SintIndex.VmBus, 0, default);
        _partition.Synic.PostMessage(Vtl.Vtl0, s_vp, SintIndex.VmBus, 1, default);
        _partition.Synic.SignalEvent(Vtl.Vtl0, new VpIndex(99), SintIndex.VmBus, 1);
        _partition.Synic.SignalEvent(Vtl.Vtl0, s_vp, SintIndex.VmBus, 9999);

        Assert.Equal(
            ["invalid_vp", "invalid_sint", "invalid_message", "masked"], Read(CallKind.GuestMessage).Select(e => CallLabels.Of(e.Call.Reason)).Order(new Given()));
        Assert.Equal(["invalid_vp", "invalid_flag"], Read(CallKind.GuestEvent, again: true).Select(e => CallLabels.Of(e.Call.Reason)).Order(new Given()));
    }

    [Fact]
    public void Ports_AddedRefusedRemoved_AreWrittenDown()
    {
        var handle = _partition.Ports.AddMessagePort(s_messages, Vtl.Vtl2, new SinkPort(), "sink");
        Assert.Throws<ConnectionIdInUseException>(() => _partition.Ports.AddMessagePort(s_messages, Vtl.Vtl0, new SinkPort(), "late"));
        handle.Dispose();
        handle.Dispose();

        var records = ReadAll();

        Assert.Equal([CallKind.PortAdded, CallKind.PortRefused, CallKind.PortRemoved], records.Select(e => e.Call.Kind));
        Assert.All(records, e => Assert.Equal(("sink", (byte)2), (e.Port!.Owner, e.Port.MinimumVtl)));
    }

    private void OpenSynic()
    {
        var vp = _partition.Processor(s_vp);
        Assert.True(vp.TryWriteMsr(Vtl.Vtl0, HvMsr.Simp, 0x6001));
        Assert.True(vp.TryWriteMsr(Vtl.Vtl0, HvMsr.Sint0 + 2, 0x31));
        Assert.True(vp.TryWriteMsr(Vtl.Vtl0, HvMsr.Sint0 + 2, 0x31));
    }

    private void Post(ulong gpa, ConnectionId connection, uint type, uint size, uint reserved = 0)
    {
        var block = new byte[PostMessageInput.Size];
        BinaryPrimitives.WriteUInt32LittleEndian(block, connection.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(PostMessageInput.ReservedOffset), reserved);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(PostMessageInput.TypeOffset), type);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(PostMessageInput.PayloadSizeOffset), size);
        _partition.Memory.TryWrite(new Gpa(0x3000), block);
        _partition.Processor(s_vp).Hypercall(Vtl.Vtl0, HypercallControl.Simple(HypercallCode.PostMessage), new Gpa(gpa));
    }

    private void Signal(ConnectionId connection, ushort flag)
    {
        var registers = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(registers, connection.Value | ((ulong)flag << 32));
        _partition.Processor(s_vp).Hypercall(Vtl.Vtl0, HypercallControl.Simple(HypercallCode.SignalEvent, fast: true), registers);
    }

    private EventEntry[] Read(CallKind kind, bool again = false)
    {
        _seen = again ? 0 : _seen;
        return [.. ReadAll().Where(e => e.Call.Kind == kind)];
    }

    private EventEntry[] ReadAll()
    {
        _collector.Collect();
        var batch = new EventBatch();
        _history.Read(_seen, EventBatch.Size, long.MaxValue, batch);
        _seen = _history.End;
        return batch.Entries.ToArray();
    }

    /// <summary>Leaves the order to the assertion: strays and the SynIC's own write into two rings at one and the same time.</summary>
    private sealed class Given : IComparer<string?>
    {
        private static readonly List<string?> s_order = ["invalid_vp", "invalid_sint", "invalid_message", "masked", "invalid_flag"];

        public int Compare(string? x, string? y) => s_order.IndexOf(x).CompareTo(s_order.IndexOf(y));
    }

    private sealed class BrokenPort : EventPort
    {
        protected internal override void HandleEvent(ushort flag) => throw new InvalidOperationException("broken");
    }
}
