using System.Buffers.Binary;
using System.Collections.Concurrent;
using Synic.Backends;
using Synic.Hv;
using Synic.Ports;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Tests.Backends.Kvm;

public sealed class KvmHypercallTests
{
    private static readonly ConnectionId s_connection = new(0x2001);

    [KvmFact]
    public async Task Hypercall_HostileInput_IsAnsweredAndTheGuestGoesOn()
    {
        using var guest = TestGuest.Create(asm =>
        {
            asm.Hypercall(HypercallControl.Simple(0x7777), 0);                                          // unknown code
            asm.PostBlock(TestLayout.Block.Value + 4);                                                   // misaligned
            asm.PostBlock(TestLayout.Block.Value + 0xF08);                                               // crosses a page
            asm.PostBlock(0x4000_0000);                                                                 // outside of RAM
            asm.PostBlock(0xFFFF_FFFF_FFFF_FF00);                                                       // at the very end
            asm.Hypercall(HypercallControl.Simple(HypercallCode.PostMessage, fast: true), 0);           // too large for registers
            asm.Hypercall(HypercallControl.Rep(HypercallCode.SignalEvent, count: 1), 0);                // no rep call
            asm.Signal(new ConnectionId(0xFFFF_FFFF));
        });

        var exit = await guest.RunAsync();

        Assert.True(exit.Clean, exit.Reason);
        Assert.Equal(
            [0x02, 0x04, 0x03, 0x03, 0x03, 0x03, 0x03, 0x12],
            Enumerable.Range(0, 8).Select(guest.Result));
    }

    [KvmFact]
    public async Task PostMessage_FromGuest_ReachesThePortWithEveryByte()
    {
        var port = new RecordingPort();
        using var guest = TestGuest.Create(static asm => asm.PostBlock(TestLayout.Block.Value));
        using var handle = guest.Partition.Ports.AddMessagePort(s_connection, Vtl.Vtl0, port, "test");
        var payload = Enumerable.Range(0, HvMessage.MaxPayload).Select(static i => (byte)i).ToArray();
        WriteBlock(guest, s_connection, type: 0x1234_5678, payload);

        await guest.RunAsync();

        Assert.Equal(0UL, guest.Result(0));
        var (type, received) = Assert.Single(port.Messages);
        Assert.Equal(0x1234_5678u, type);
        Assert.Equal(payload, received);
        Assert.Equal(1, handle.Registration.Statistics.Calls);
        Assert.Equal(HvMessage.MaxPayload, handle.Registration.Statistics.Bytes);
    }

    [KvmFact]
    public async Task SignalEvent_SlowFormAndFlags_ReachThePort()
    {
        var port = new RecordingEventPort();
        using var guest = TestGuest.Create(static asm =>
        {
            asm.Signal(s_connection, flag: 2047);
            asm.Hypercall(HypercallControl.Simple(HypercallCode.SignalEvent), TestLayout.Block.Value);
        });
        using var handle = guest.Partition.Ports.AddEventPort(s_connection, Vtl.Vtl0, port, "test");
        guest.Partition.Memory.TryWrite(TestLayout.Block, [0x01, 0x20, 0, 0, 9, 0, 0, 0]);

        await guest.RunAsync();

        Assert.Equal([0UL, 0UL], [guest.Result(0), guest.Result(1)]);
        Assert.Equal([(ushort)2047, (ushort)9], port.Flags);
        Assert.Equal(2, guest.Partition.Exits(ExitReason.Hypercall));
    }

    [KvmFact]
    public async Task Hypercall_KernelWithoutSyncRegisters_AnswersTheSame()
    {
        var port = new RecordingEventPort();
        using var guest = TestGuest.Create(
            static asm =>
            {
                asm.Signal(s_connection, flag: 5);
                asm.Signal(new ConnectionId(0x9999));
            },
            options: new PartitionOptions { Vps = 1, MemoryBytes = 4 << 20, AvoidSyncRegisters = true });
        using var handle = guest.Partition.Ports.AddEventPort(s_connection, Vtl.Vtl0, port, "test");

        await guest.RunAsync();

        Assert.Equal([0UL, 0x12], Enumerable.Range(0, 2).Select(guest.Result));
        Assert.Equal([(ushort)5], port.Flags);
    }

    [KvmFact]
    public async Task Hypercall_From32BitMode_FollowsThe32BitConvention()
    {
        var port = new RecordingEventPort();
        using var guest = TestGuest.CreateProtectedMode(static asm =>
        {
            // EDX:EAX control, EBX:ECX input, EDI:ESI output; result in EDX:EAX.
            asm.xor(edx, edx);
            asm.mov(eax, (uint)HypercallControl.Simple(HypercallCode.SignalEvent, fast: true).Value);
            asm.mov(ebx, 7); // the flag
            asm.mov(ecx, s_connection.Value);
            asm.mov(esi, (uint)Synic.Guests.DemoLayout.HypercallPage.Value);
            asm.call(esi);
            asm.mov(__dword_ptr[TestLayout.Results.Value], eax);
            asm.mov(__dword_ptr[TestLayout.Results.Value + 4], edx);
        });
        using var handle = guest.Partition.Ports.AddEventPort(s_connection, Vtl.Vtl0, port, "test");

        var exit = await guest.RunAsync();

        Assert.True(exit.Clean, exit.Reason);
        Assert.Equal(0UL, guest.Result(0));
        Assert.Equal([(ushort)7], port.Flags);
    }

    [KvmFact]
    public async Task Out_ToTheGatePortsFromOutsideThePage_IsNoHypercall()
    {
        using var guest = TestGuest.Create(static asm =>
        {
            asm.mov(rcx, HypercallControl.Simple(HypercallCode.SignalEvent, fast: true).Value);
            asm.mov(rdx, s_connection.Value);
            asm.mov(eax, 0x55);
            asm.nop(3); // not at an offset where the page has its OUT
            asm.@out(0x7E, eax);
            asm.@out(0x7F, eax);
            asm.StoreResult();
        });

        await guest.RunAsync();

        Assert.Equal(0x55UL, guest.Result(0));
        Assert.Equal(0, guest.Partition.Exits(ExitReason.Hypercall));
    }

    [KvmFact]
    public async Task Hypercalls_WhilePortsComeAndGo_AreEachAnsweredByWhoeverIsThere()
    {
        const int Calls = 20_000;
        using var guest = TestGuest.Create(static asm =>
        {
            asm.xor(r12d, r12d);
            asm.Repeat(Calls, () =>
            {
                asm.Signal(s_connection);
                var taken = asm.CreateLabel();
                asm.test(eax, eax);
                asm.je(taken);
                asm.inc(r12);
                asm.Label(ref taken);
                asm.nop();
            });
            asm.mov(rax, r12);
            asm.StoreResult();
        });
        var taken = 0L;
        var late = 0;
        var registrations = 0;

        guest.Start();
        while (!guest.Partition.Completion.IsCompleted)
        {
            var port = new LatePort();
            var handle = guest.Partition.Ports.AddEventPort(s_connection, Vtl.Vtl0, port, "churn");
            registrations++;
            handle.Dispose();
            port.Gone = true;
            taken += handle.Registration.Statistics.Calls;
            late += port.Late;
        }

        guest.Partition.Stop();
        Assert.Equal(0, late);
        Assert.True(registrations > 10, $"{registrations} registrations");
        Assert.Equal((ulong)(Calls - taken), guest.Result(1)); // what was not taken was refused
    }

    private static void WriteBlock(TestGuest guest, ConnectionId connection, uint type, ReadOnlySpan<byte> payload)
    {
        Span<byte> block = stackalloc byte[PostMessageInput.Size];
        BinaryPrimitives.WriteUInt32LittleEndian(block, connection.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(block[PostMessageInput.TypeOffset..], type);
        BinaryPrimitives.WriteInt32LittleEndian(block[PostMessageInput.PayloadSizeOffset..], payload.Length);
        payload.CopyTo(block[PostMessageInput.PayloadOffset..]);
        Assert.True(guest.Partition.Memory.TryWrite(TestLayout.Block, block));
    }

    private sealed class RecordingPort : MessagePort
    {
        public ConcurrentQueue<(uint Type, byte[] Payload)> Messages { get; } = [];

        protected internal override bool TryHandleMessage(PostedMessage message, bool trusted)
        {
            Messages.Enqueue((message.Type, message.Payload.ToArray()));
            return true;
        }
    }

    private sealed class RecordingEventPort : EventPort
    {
        public ConcurrentQueue<ushort> Flags { get; } = [];

        protected internal override void HandleEvent(ushort flag) => Flags.Enqueue(flag);
    }

    private sealed class LatePort : EventPort
    {
        public volatile bool Gone;

        public int Late { get; private set; }

        protected internal override void HandleEvent(ushort flag) => Late += Gone ? 1 : 0;
    }
}
