using Microsoft.Extensions.Time.Testing;
using Synic.Emulation;
using Synic.Hv;
using Synic.Memory;
using Synic.Ports;

namespace Synic.Tests.Emulation;

/// <summary>A partition's SynIC with a guest that does what the test tells it, on time that the test moves.</summary>
internal sealed class SynicRig : IInterruptTarget, IHypercallPageSource
{
    public const int Pages = 64;
    public const byte Vector = 0xF3;
    public static readonly VpIndex Vp0 = new(0);
    public static readonly VpIndex Vp1 = new(1);
    public static readonly SintIndex Sint2 = SintIndex.VmBus;

    public SynicRig(
        int vps = 2, int vtls = 1, int capacity = 4, Func<IGuestMemory, IGuestMemory>? wrap = null,
        Func<IReferenceClock, IReferenceClock>? clock = null)
    {
        Memory = new GuestMemory(Pages * Gpa.PageSize);
        Clock = new StopwatchReferenceClock(Time);
        if (clock is not null)
        {
            Clock = clock(Clock);
        }

        Synic = new GlobalSynic(wrap?.Invoke(Memory) ?? Memory, Clock, this, new GlobalSynicOptions
        {
            VpCount = vps,
            VtlCount = vtls,
            QueueCapacity = capacity,
            HypercallPage = this,
            Faults = Faults,
            DeadlineChanged = () =>
            {
                AssertNoLockHeld();
                DeadlineChanges++;
            },
            ResetRequested = () => ResetRequests++,
            CrashNotified = Crashes.Add,
        });
    }

    public FakeTimeProvider Time { get; } = new();

    public FaultPoint Faults { get; } = new();

    public IReferenceClock Clock { get; }

    public GuestMemory Memory { get; }

    public GlobalSynic Synic { get; }

    public List<(Vtl Vtl, VpIndex Vp, byte Vector, bool AutoEoi)> Interrupts { get; } = [];

    public List<GuestCrash> Crashes { get; } = [];

    public int DeadlineChanges { get; private set; }

    public int ResetRequests { get; private set; }

    public int PageFills { get; private set; }

    /// <summary>Runs inside the interrupt callback.</summary>
    public Action? OnInterrupt { get; set; }

    public void RequestInterrupt(Vtl vtl, VpIndex vp, byte vector, bool autoEoi)
    {
        for (uint i = 0; i < Synic.VpCount; i++)
        {
            Assert.True(Synic.TryGet(vtl, new VpIndex(i), out var processor));
            Assert.False(processor.IsLockHeldHere, "interrupts are raised with no lock held");
        }

        lock (Interrupts)
        {
            Interrupts.Add((vtl, vp, vector, autoEoi));
        }

        OnInterrupt?.Invoke();
    }

    public void Fill(Vtl vtl, VpIndex vp, Span<byte> page)
    {
        PageFills++;
        page[0] = 0x0F;
        page[1] = 0x01;
        page[2] = (byte)vp.Value;
    }

    public void AssertNoLockHeld()
    {
        for (var i = 0; i < Synic.VpCount * Synic.VtlCount; i++)
        {
            Assert.True(Synic.TryGet(new Vtl((byte)(i / Synic.VpCount)), new VpIndex((uint)(i % Synic.VpCount)), out var processor));
            Assert.False(processor.IsLockHeldHere, "callbacks run with no lock held");
        }
    }

    public static Gpa SimpOf(VpIndex vp) => Gpa.FromPageNumber(8 + (vp.Value * 2));

    public static Gpa SiefpOf(VpIndex vp) => Gpa.FromPageNumber(9 + (vp.Value * 2));

    /// <summary>What Linux does: SIMP, SIEFP, SINT2, SCONTROL.</summary>
    public SynicRig Enable(VpIndex vp = default, ulong sint = Vector)
    {
        Write(HvMsr.Simp, SimpOf(vp).Value | 1, vp);
        Write(HvMsr.Siefp, SiefpOf(vp).Value | 1, vp);
        Write(HvMsr.Sint0 + 2, sint, vp);
        Write(HvMsr.SControl, 1, vp);
        return this;
    }

    public void Write(uint msr, ulong value, VpIndex vp = default) => Assert.True(TryWrite(msr, value, vp));

    public bool TryWrite(uint msr, ulong value, VpIndex vp = default) => Synic.TryWriteMsr(Vtl.Vtl0, vp, msr, value);

    public ulong Read(uint msr, VpIndex vp = default)
    {
        Assert.True(Synic.TryReadMsr(Vtl.Vtl0, vp, msr, out var value));
        return value;
    }

    public GuestPostResult Post(byte tag, VpIndex vp = default) => Synic.PostMessage(Vtl.Vtl0, vp, Sint2, 1, [tag]);

    public GuestSignalResult Signal(ushort flag, VpIndex vp = default) => Synic.SignalEvent(Vtl.Vtl0, vp, Sint2, flag);

    public int Queued(VpIndex vp = default) => Synic.QueueLength(Vtl.Vtl0, vp, Sint2);

    public byte[] Slot(VpIndex vp = default, int sint = 2)
    {
        var slot = new byte[HvMessage.Size];
        Assert.True(Memory.TryRead(SimpOf(vp) + (ulong)(sint * HvMessage.Size), slot));
        return slot;
    }

    public uint SlotType(int sint = 2) => HvMessage.ReadType(Slot(sint: sint));

    public bool SlotPending(int sint = 2) => (Slot(sint: sint)[HvMessage.FlagsOffset] & HvMessage.MessagePending) != 0;

    /// <summary>The first payload byte.</summary>
    public byte SlotTag(VpIndex vp = default) => Slot(vp)[HvMessage.HeaderSize];

    /// <summary>The guest takes the message; it says whether it has to write EOM.</summary>
    public bool EmptySlot(VpIndex vp = default, int sint = 2)
    {
        var slot = SimpOf(vp) + (ulong)(sint * HvMessage.Size);
        Assert.True(Memory.TryWriteUInt32(slot, HvMessage.TypeNone));
        return (Slot(vp, sint)[HvMessage.FlagsOffset] & HvMessage.MessagePending) != 0;
    }

    public void Eom(VpIndex vp = default) => Write(HvMsr.Eom, 0, vp);

    /// <summary>Moves time by units of 100 ns and runs what is due.</summary>
    public ulong? Advance(ulong units)
    {
        Time.Advance(TimeSpan.FromTicks((long)units));
        return Synic.RunTimers();
    }

    /// <summary>Fills a page of RAM, as a guest's own data.</summary>
    public void FillPage(Gpa page, byte value) =>
        Assert.True(Memory.TryWrite(page, Enumerable.Repeat(value, Gpa.PageSize).ToArray()));

    public byte[] ReadPage(Gpa page)
    {
        var bytes = new byte[Gpa.PageSize];
        Assert.True(Memory.TryRead(page, bytes));
        return bytes;
    }
}

/// <summary>Guest memory in which the guest acts at the worst moment: just after the host set the pending flag.</summary>
internal sealed class RacingMemory(IGuestMemory memory) : IGuestMemory
{
    /// <summary>Given the address of the word that was changed.</summary>
    public Action<Gpa>? AfterOr { get; set; }

    /// <summary>Given the address and the value to be written.</summary>
    public Action<Gpa, uint>? BeforeWriteUInt32 { get; set; }

    public ulong Size => memory.Size;

    public bool Contains(Gpa gpa, ulong length) => memory.Contains(gpa, length);

    public bool TryRead(Gpa gpa, Span<byte> destination) => memory.TryRead(gpa, destination);

    public bool TryWrite(Gpa gpa, ReadOnlySpan<byte> source) => memory.TryWrite(gpa, source);

    public bool TryReadUInt32(Gpa gpa, out uint value) => memory.TryReadUInt32(gpa, out value);

    public bool TryWriteUInt32(Gpa gpa, uint value)
    {
        BeforeWriteUInt32?.Invoke(gpa, value);
        return memory.TryWriteUInt32(gpa, value);
    }

    public bool TryOrUInt32(Gpa gpa, uint bits, out uint previous)
    {
        var done = memory.TryOrUInt32(gpa, bits, out previous);
        AfterOr?.Invoke(gpa);
        return done;
    }
}
