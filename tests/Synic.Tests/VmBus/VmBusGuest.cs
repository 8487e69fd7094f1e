using System.Buffers.Binary;
using Microsoft.Extensions.Logging.Abstractions;
using Synic.Backends;
using Synic.Backends.Emulated;
using Synic.Hv;
using Synic.VmBus;

namespace Synic.Tests.VmBus;

/// <summary>
/// A hand-written guest driver on an emulated partition with a VMBus server: real port map, message slots and event
/// flags. Waits end by interrupts; the time limit is only there to fail.
/// </summary>
internal sealed class VmBusGuest : IDisposable
{
    public const uint Old = 1;
    public const uint New = 4;
    public const ulong ParentToChild = 0x8000;
    public const ulong ChildToParent = 0x9000;
    public const uint Failure = 0x8000_FFFF;

    private const ulong Simp = 0x10000;
    private const ulong Siefp = 0x11000;
    private const ulong PostBlock = 0x12000;
    private const byte Vector = 0xF3;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    public VmBusGuest(VmBusOptions? options = null, TimeProvider? time = null, int queueCapacity = 256)
    {
        Partition = new EmulatedPartition(new PartitionOptions { MemoryBytes = 4 << 20, QueueCapacity = queueCapacity });
        Server = new VmBusServer(
            Partition.Ports, Partition.Memory, options ?? new VmBusOptions { MonitorIds = false }, time ?? TimeProvider.System,
            NullLogger.Instance);
        SetUp(0);
        SetUp(1);
    }

    public EmulatedPartition Partition { get; }

    public VmBusServer Server { get; }

    /// <summary>Where the guest posts; <see cref="Connect"/> sets it.</summary>
    public uint Connection { get; set; } = New;

    public void Dispose()
    {
        Server.Dispose();
        Partition.Dispose();
    }

    public HvStatus Post(byte[] payload, uint? connection = null, uint type = HvMessage.TypeChannel)
    {
        Span<byte> block = stackalloc byte[PostMessageInput.Size];
        block.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block, connection ?? Connection);
        BinaryPrimitives.WriteUInt32LittleEndian(block[PostMessageInput.TypeOffset..], type);
        BinaryPrimitives.WriteInt32LittleEndian(block[PostMessageInput.PayloadSizeOffset..], payload.Length);
        payload.CopyTo(block[PostMessageInput.PayloadOffset..]);
        Assert.True(Partition.Memory.TryWrite(new Gpa(PostBlock), block));
        return Partition.Processor(new VpIndex(0)).Hypercall(
            Vtl.Vtl0, HypercallControl.Simple(HypercallCode.PostMessage), new Gpa(PostBlock)).Status;
    }

    /// <summary>Posts, and the host takes it.</summary>
    public void Send(params byte[] payload) => Assert.Equal(HvStatus.Success, Post(payload));

    /// <summary>The next message in the slot, which is then free again.</summary>
    public byte[] Receive(uint vp = 0)
    {
        while (true)
        {
            if (TryReceive(vp) is { } message)
            {
                return message;
            }

            Halt(vp);
        }
    }

    public byte[]? TryReceive(uint vp = 0)
    {
        var slot = new Gpa(Simp + (vp * 0x10000) + (2 * HvMessage.Size));
        Span<byte> message = stackalloc byte[HvMessage.Size];
        Assert.True(Partition.Memory.TryRead(slot, message));
        if (HvMessage.ReadType(message) == HvMessage.TypeNone)
        {
            return null;
        }

        Assert.Equal(HvMessage.TypeChannel, HvMessage.ReadType(message));
        Assert.True(Partition.Memory.TryWriteUInt32(slot, 0));
        Interlocked.MemoryBarrier();
        Assert.True(Partition.Memory.TryReadUInt32(slot + 4, out var flags));
        if ((flags & 0x100) != 0)
        {
            WriteMsr(vp, HvMsr.Eom, 0);
        }

        return HvMessage.ReadPayload(message).ToArray();
    }

    /// <summary>Whatever the host sends until it has dealt with all that was posted.</summary>
    public async Task<List<byte[]>> ReceiveAllAsync()
    {
        var received = new List<byte[]>();
        var drained = Server.DrainAsync();
        while (!drained.IsCompleted)
        {
            if (TryReceive() is { } message)
            {
                received.Add(message);
            }

            await Task.Yield();
        }

        await drained;
        while (TryReceive() is { } message)
        {
            received.Add(message);
        }

        return received;
    }

    public HvStatus Signal(uint connection)
    {
        Span<byte> registers = stackalloc byte[16];
        registers.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(registers, connection);
        return Partition.Processor(new VpIndex(0)).Hypercall(
            Vtl.Vtl0, HypercallControl.Simple(HypercallCode.SignalEvent, fast: true), registers).Status;
    }

    /// <summary>Waits until an event flag is set, and clears it.</summary>
    public void WaitFlag(uint flag, uint vp = 0)
    {
        while (!TakeFlag(flag, vp))
        {
            Halt(vp);
        }
    }

    public bool TakeFlag(uint flag, uint vp = 0)
    {
        var word = new Gpa(Siefp + (vp * 0x10000) + (2 * 256) + (flag / 32 * 4));
        Assert.True(Partition.Memory.TryReadUInt32(word, out var flags));
        var set = (flags & (1U << (int)(flag % 32))) != 0;
        Assert.True(Partition.Memory.TryWriteUInt32(word, flags & ~(1U << (int)(flag % 32))));
        return set;
    }

    /// <summary>Waits for interrupts until something holds.</summary>
    public void WaitFor(Func<bool> condition, uint vp = 0)
    {
        while (!condition())
        {
            Halt(vp);
        }
    }

    /// <summary>Waits for something that the guest gets no interrupt for.</summary>
    public static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, s_limit), "it does not happen");

    /// <summary>Contact, as Linux makes it; the version response is checked.</summary>
    public void Connect(VmBusVersion version, uint vp = 0, ulong targetInfo = 2, bool monitorPages = false)
    {
        Connection = version >= VmBusVersion.V50 ? New : Old;
        Send(Messages.Contact(
            version, vp, targetInfo, monitorPages ? ParentToChild : 0, monitorPages ? ChildToParent : 0));
        var response = Receive(version >= VmBusVersion.V30 ? vp : 0);
        Assert.Equal(15, response[0]);
        Assert.Equal(1, response[8]);
        Assert.Equal(0, response[9]);
    }

    /// <summary>Asks for the offers and takes them all.</summary>
    public List<byte[]> RequestOffers()
    {
        Send(Messages.Make(3, 8));
        var offers = new List<byte[]>();
        while (true)
        {
            var message = Receive();
            if (message[0] == 4)
            {
                return offers;
            }

            Assert.Equal(1, message[0]);
            offers.Add(message);
        }
    }

    /// <summary>Makes a GPADL of whole pages.</summary>
    /// <returns>The status in GPADL_CREATED.</returns>
    public uint CreateGpadl(uint channel, uint gpadl, params ulong[] pages)
    {
        foreach (var message in Messages.Gpadl(channel, gpadl, [(uint)pages.Length * 4096], [pages]))
        {
            Send(message);
        }

        var created = Receive();
        Assert.Equal((10, channel, gpadl), (created[0], Messages.UInt32(created, 8), Messages.UInt32(created, 12)));
        return Messages.UInt32(created, 16);
    }

    /// <returns>The status in OPENCHANNEL_RESULT.</returns>
    public uint Open(uint channel, uint gpadl, uint downstream, uint vp = 0)
    {
        Send(Messages.Open(channel, gpadl, downstream, vp));
        var result = Receive();
        Assert.Equal((6, channel), (result[0], Messages.UInt32(result, 8)));
        return Messages.UInt32(result, 16);
    }

    /// <summary>Connects and opens channel 1, the echo channel when it is the only one.</summary>
    public GuestRings OpenEcho(uint dataPages = 1, uint vp = 0, VmBusVersion? version = null)
    {
        Connect(version ?? VmBusVersion.V53);
        RequestOffers();
        var rings = new GuestRings(Partition.Memory, dataPages);
        Assert.Equal(0U, CreateGpadl(1, 100, rings.Pages));
        Assert.Equal(0U, Open(1, 100, dataPages + 1, vp));
        return rings;
    }

    public long Refused(VmBusRefusal reason) => Server.Snapshot().Refusals[reason];

    private void SetUp(uint vp)
    {
        WriteMsr(vp, HvMsr.Simp, (Simp + (vp * 0x10000)) | 1);
        WriteMsr(vp, HvMsr.Siefp, (Siefp + (vp * 0x10000)) | 1);
        WriteMsr(vp, HvMsr.Sint0 + 2, Vector);
        WriteMsr(vp, HvMsr.SControl, 1);
    }

    private void WriteMsr(uint vp, uint msr, ulong value) =>
        Assert.True(Partition.Processor(new VpIndex(vp)).TryWriteMsr(Vtl.Vtl0, msr, value));

    private void Halt(uint vp) =>
        Assert.True(Partition.Processor(new VpIndex(vp)).Halt(s_limit), "the guest waits for an interrupt that does not come");
}

/// <summary>The messages of a guest.</summary>
internal static class Messages
{
    public static byte[] Make(uint type, int size, params ReadOnlySpan<uint> fields)
    {
        var message = new byte[size];
        Put(message, 0, type);
        for (var i = 0; i < fields.Length; i++)
        {
            Put(message, 8 + (4 * i), fields[i]);
        }

        return message;
    }

    public static byte[] Contact(
        VmBusVersion version, uint vp = 0, ulong targetInfo = 2, ulong parentToChild = 0, ulong childToParent = 0, Guid? client = null)
    {
        var message = Make(14, client is null ? 40 : 56, version.Value, vp, (uint)targetInfo, (uint)(targetInfo >> 32));
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(24), parentToChild);
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(32), childToParent);
        client?.TryWriteBytes(message.AsSpan(40));
        return message;
    }

    public static byte[] Open(uint channel, uint gpadl, uint downstream, uint vp = 0) =>
        Make(5, 148, channel, channel, gpadl, vp, downstream);

    /// <summary>Header and bodies for ranges that begin at their first page's start.</summary>
    public static List<byte[]> Gpadl(uint channel, uint gpadl, uint[] bytes, ulong[][] pages)
    {
        var words = new List<ulong>();
        for (var i = 0; i < bytes.Length; i++)
        {
            words.Add(bytes[i]);
            words.AddRange(pages[i]);
        }

        var messages = new List<byte[]> { GpadlHeader(channel, gpadl, words.Count * 8, bytes.Length, [.. words.Take(27)]) };
        for (var at = 27; at < words.Count; at += 28)
        {
            messages.Add(GpadlBody(gpadl, [.. words.Skip(at).Take(28)]));
        }

        return messages;
    }

    public static byte[] GpadlHeader(uint channel, uint gpadl, int rangeBytes, int rangeCount, params ulong[] words) =>
        [.. Make(8, 20, channel, gpadl, (uint)rangeBytes | ((uint)rangeCount << 16)), .. words.SelectMany(BitConverter.GetBytes)];

    public static byte[] GpadlBody(uint gpadl, params ulong[] words) =>
        [.. Make(9, 16, 0, gpadl), .. words.SelectMany(BitConverter.GetBytes)];

    public static uint UInt32(byte[] message, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(offset));

    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", ""));

    private static void Put(byte[] message, int offset, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(offset), value);
}
