using System.Buffers.Binary;
using Synic.Hv;
using Synic.Hypercalls;
using Synic.Ports;

namespace Synic.Backends.Emulated;

/// <summary>
/// One VP of an emulated partition, driven by whoever acts as the guest. One caller at a time; interrupts arrive from
/// any thread and wait until they are taken.
/// </summary>
internal sealed class EmulatedProcessor
{
    private readonly EmulatedPartition _partition;
    private readonly DispatchContext _context;
    private readonly Lock _driver = new(); // one acting guest at a time: the context belongs to one thread
    private readonly long[] _vectors = new long[256 * Vtl.Count];
    private readonly object _halted = new(); // a monitor: guards _wake and is waited on
    private bool _wake;

    public EmulatedProcessor(EmulatedPartition partition, VpIndex vp)
    {
        _partition = partition;
        Vp = vp;
        _context = partition.Map.CreateContext(vp);
    }

    public VpIndex Vp { get; }

    public ExitCounters Exits { get; } = new();

    /// <summary>A hypercall in its slow form.</summary>
    public HypercallResult Hypercall(Vtl vtl, HypercallControl control, Gpa input, Gpa output = default)
    {
        Span<byte> registers = stackalloc byte[HypercallContext.GeneralRegisterBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(registers, input.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(registers[8..], output.Value);
        return Hypercall(vtl, control, registers);
    }

    /// <summary>A hypercall with RDX and R8 as given, whatever they mean.</summary>
    public HypercallResult Hypercall(Vtl vtl, HypercallControl control, Span<byte> registers)
    {
        lock (_driver)
        {
            Exits.Count(ExitReason.Hypercall);
            _context.ThreadId = Environment.CurrentManagedThreadId;
            _context.Timestamp = _partition.Time.GetTimestamp();
            var call = new HypercallContext
            {
                Control = control,
                InputGpa = BinaryPrimitives.ReadUInt64LittleEndian(registers),
                OutputGpa = BinaryPrimitives.ReadUInt64LittleEndian(registers[8..]),
                FastRegisters = registers,
                Vtl = vtl,
                Dispatch = _context,
            };
            return _partition.Dispatcher.Dispatch(ref call);
        }
    }

    /// <summary>RDMSR; false where the guest would get #GP.</summary>
    public bool TryReadMsr(Vtl vtl, uint msr, out ulong value)
    {
        Exits.Count(ExitReason.Msr);
        return _partition.Synic.TryReadMsr(vtl, Vp, msr, out value);
    }

    /// <summary>WRMSR; false where the guest would get #GP.</summary>
    public bool TryWriteMsr(Vtl vtl, uint msr, ulong value)
    {
        Exits.Count(ExitReason.Msr);
        return _partition.Synic.TryWriteMsr(vtl, Vp, msr, value);
    }

    /// <summary>A store to guest memory, which a monitor page traps.</summary>
    /// <returns>False outside of memory.</returns>
    public bool TryWrite(Vtl vtl, Gpa gpa, ReadOnlySpan<byte> data)
    {
        lock (_driver)
        {
            _context.ThreadId = Environment.CurrentManagedThreadId;
            _context.Timestamp = _partition.Time.GetTimestamp();
            if (_partition.MonitorPages!.HandleWrite(_partition.Map, _context, vtl, gpa, data))
            {
                Exits.Count(ExitReason.MonitorWrite);
                return true;
            }
        }

        return _partition.Memory.TryWrite(gpa, data);
    }

    /// <summary>Interrupts so far with this vector.</summary>
    public long InterruptCount(Vtl vtl, byte vector) => Volatile.Read(ref _vectors[(vtl.Value * 256) + vector]);

    /// <summary>Halts until an interrupt arrives, or one has arrived since the last halt.</summary>
    /// <returns>False after the timeout.</returns>
    public bool Halt(TimeSpan timeout)
    {
        Exits.Count(ExitReason.Halt);
        lock (_halted)
        {
            var woken = _wake || Monitor.Wait(_halted, timeout);
            _wake = false;
            return woken;
        }
    }

    /// <summary>Ends a halt without an interrupt.</summary>
    public void Wake()
    {
        lock (_halted)
        {
            _wake = true;
            Monitor.Pulse(_halted);
        }
    }

    internal void Interrupt(Vtl vtl, byte vector)
    {
        Interlocked.Increment(ref _vectors[(vtl.Value * 256) + vector]);
        Wake();
    }
}
