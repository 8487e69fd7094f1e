using System.Buffers.Binary;
using Synic.Diagnostics;
using Synic.Hv;
using Synic.Hypercalls;
using Synic.Interop;
using Synic.Memory;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.Tests.Hypercalls;

/// <summary>A guest of two pages and one VP, with a port of each kind, to make hypercalls from.</summary>
internal sealed class HypercallBench
{
    public const ulong Input = 0x1000;
    public const ulong Output = 0x2000;
    public const ulong MemorySize = 0x4000;

    public static readonly ConnectionId MessageConnection = new(0x10);
    public static readonly ConnectionId EventConnection = new(0x20);
    public static readonly ConnectionId Vtl2Connection = new(0x30);
    public static readonly ConnectionId FullConnection = new(0x40);

    public HypercallBench(SynicDialect dialect = SynicDialect.OpenVmm, IDispatchTimings? timings = null)
    {
        Ports = new PortHypercalls(Map, Synic, dialect, timings);
        Dispatcher = new HypercallDispatcher(Memory, Ports, Registers, dialect);
        Context = Map.CreateContext(new VpIndex(1));
        var access = new SynicPorts(Map, Synic);
        access.AddMessagePort(MessageConnection, Vtl.Vtl0, Messages, "test");
        access.AddEventPort(EventConnection, Vtl.Vtl0, Events, "test");
        access.AddMessagePort(Vtl2Connection, Vtl.Vtl2, new RecordingMessagePort(), "test");
        access.AddMessagePort(FullConnection, Vtl.Vtl0, new RecordingMessagePort { Full = true }, "test");
    }

    public GuestMemory Memory { get; } = new(MemorySize);

    public SynicPortMap Map { get; } = new();

    public FakeSynic Synic { get; } = new();

    public FakeRegisters Registers { get; } = new();

    public RecordingMessagePort Messages { get; } = new();

    public RecordingEventPort Events { get; } = new();

    public PortHypercalls Ports { get; }

    public HypercallDispatcher Dispatcher { get; }

    public DispatchContext Context { get; }

    public HypercallResult Slow(HypercallControl control, ulong input = Input, ulong output = Output, Vtl vtl = default)
    {
        var call = new HypercallContext
        {
            Control = control, InputGpa = input, OutputGpa = output, Vtl = vtl, Dispatch = Context,
        };
        return Dispatcher.Dispatch(ref call);
    }

    public HypercallResult Fast(HypercallControl control, Span<byte> registers, Vtl vtl = default) =>
        Fast(control, registers, out _, vtl);

    public HypercallResult Fast(HypercallControl control, Span<byte> registers, out bool outputWritten, Vtl vtl = default)
    {
        var call = new HypercallContext
        {
            Control = new HypercallControl(control.Value | (1UL << 16)), FastRegisters = registers, Vtl = vtl, Dispatch = Context,
        };
        var result = Dispatcher.Dispatch(ref call);
        outputWritten = call.FastOutputWritten;
        return result;
    }

    public HvStatus Post(
        ConnectionId connection, uint type = 1, uint size = 4, uint reserved = 0, ulong gpa = Input, Vtl vtl = default)
    {
        var block = new byte[PostMessageInput.Size];
        BinaryPrimitives.WriteUInt32LittleEndian(block, connection.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(4), reserved);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(8), type);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(12), size);
        "ping"u8.CopyTo(block.AsSpan(16));
        Memory.TryWrite(new Gpa(gpa), block);
        return Slow(HypercallControl.Simple(HypercallCode.PostMessage), gpa, vtl: vtl).Status;
    }

    public HvStatus Signal(ulong input, ulong gpa = Input, Vtl vtl = default)
    {
        Memory.TryWrite(new Gpa(gpa), BitConverter.GetBytes(input));
        return Slow(HypercallControl.Simple(HypercallCode.SignalEvent), gpa, vtl: vtl).Status;
    }

    public static ulong SignalInput(ConnectionId connection, ushort flag = 0, ushort reserved = 0) =>
        connection.Value | ((ulong)flag << 32) | ((ulong)reserved << 48);

    public void WriteTarget(ulong partition = ulong.MaxValue, uint vp = 0xFFFF_FFFE, byte vtl = 0)
    {
        var head = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(head, partition);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(8), vp);
        head[12] = vtl;
        Memory.TryWrite(new Gpa(Input), head);
    }

    public byte[] Read(ulong gpa, int length)
    {
        var bytes = new byte[length];
        Assert.True(Memory.TryRead(new Gpa(gpa), bytes));
        return bytes;
    }

    internal sealed class RecordingMessagePort : MessagePort
    {
        public List<(uint Type, byte[] Payload)> Taken { get; } = [];

        public bool Full { get; init; }

        protected internal override bool TryHandleMessage(PostedMessage message, bool trusted)
        {
            Assert.False(trusted);
            if (!Full)
            {
                Taken.Add((message.Type, message.Payload.ToArray()));
            }

            return !Full;
        }
    }

    internal sealed class RecordingEventPort : EventPort
    {
        public List<ushort> Flags { get; } = [];

        protected internal override void HandleEvent(ushort flag) => Flags.Add(flag);
    }

    internal sealed class FakeSynic : ISynic
    {
        public GuestPostResult PostResult { get; set; } = GuestPostResult.Delivered;

        public GuestSignalResult SignalResult { get; set; } = GuestSignalResult.Interrupt;

        public List<(Vtl Vtl, VpIndex Vp, SintIndex Sint, uint Type, byte[] Payload)> Posts { get; } = [];

        public List<(Vtl Vtl, VpIndex Vp, SintIndex Sint, ushort Flag)> Signals { get; } = [];

        public bool PrefersHostEvents => false;

        public ISynicMonitor? MonitorSupport => null;

        public GuestPostResult PostMessage(Vtl vtl, VpIndex vp, SintIndex sint, uint type, ReadOnlySpan<byte> payload)
        {
            Posts.Add((vtl, vp, sint, type, payload.ToArray()));
            return PostResult;
        }

        public Task WaitForRoomAsync(Vtl vtl, VpIndex vp, SintIndex sint, CancellationToken cancellation) => Task.CompletedTask;

        public GuestSignalResult SignalEvent(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag)
        {
            Signals.Add((vtl, vp, sint, flag));
            return SignalResult;
        }

        public int QueueLength(Vtl vtl, VpIndex vp, SintIndex sint) => 0;

        public IDisposable? CreateHostEventPort(ConnectionId connection, Vtl minimumVtl, HostEvent hostEvent) => null;
    }

    /// <summary>Two VPs that know SCONTROL and the SINTs.</summary>
    internal sealed class FakeRegisters : IVpRegisters
    {
        public Dictionary<(Vtl Vtl, VpIndex Vp, uint Name), UInt128> Values { get; } = [];

        public HvStatus GetRegister(Vtl vtl, VpIndex vp, uint name, out UInt128 value)
        {
            value = 0;
            var status = Check(vp, name);
            if (status.IsSuccess)
            {
                Values.TryGetValue((vtl, vp, name), out value);
            }

            return status;
        }

        public HvStatus SetRegister(Vtl vtl, VpIndex vp, uint name, UInt128 value)
        {
            var status = Check(vp, name);
            if (status.IsSuccess)
            {
                Values[(vtl, vp, name)] = value;
            }

            return status;
        }

        private static HvStatus Check(VpIndex vp, uint name) =>
            vp.Value > 1 ? HvStatus.InvalidVpIndex
            : name is >= HvRegisterName.Sint0 and <= HvRegisterName.SControl ? HvStatus.Success
            : HvStatus.UnknownRegisterName;
    }
}
