using System.Buffers.Binary;
using System.Globalization;
using Synic.Hv;
using Synic.Hypercalls;
using Synic.Interop.Linux;
using Synic.Ports;

namespace Synic.Backends.Kvm;

/// <summary>One VP: a thread that runs the guest and answers its exits.</summary>
internal sealed class KvmProcessor : IDisposable
{
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(1);

    private readonly KvmPartition _partition;
    private readonly KvmVcpu _vcpu;
    private readonly DispatchContext _context;
    private readonly AutoEoi _autoEoi;
    private readonly Thread _thread;
    private readonly Lock _kick = new(); // guards the two below: no signal to a thread that ended, no store to a page that is unmapped
    private readonly object _parking = new(); // a monitor: guards _pause, _parked and _running, and is waited on
    private int _threadId;
    private volatile bool _pause;
    private bool _parked;
    private bool _running;
    private bool _disposed;
    private volatile bool _stop;
    private volatile bool _started;

    public KvmProcessor(KvmPartition partition, KvmVcpu vcpu, VpIndex vp)
    {
        _partition = partition;
        _vcpu = vcpu;
        Vp = vp;
        _context = partition.Map.CreateContext(vp);
        _autoEoi = new AutoEoi(vcpu);
        _thread = new Thread(Run) { IsBackground = true, Name = $"synic vp {vp}" };
    }

    public VpIndex Vp { get; }

    public ExitCounters Exits { get; } = new();

    public void Start()
    {
        _started = true;
        _thread.Start();
    }

    /// <summary>Makes the VP leave the guest and its thread end. Does not wait.</summary>
    public void RequestStop()
    {
        _stop = true;
        Kick();
        Resume();
    }

    /// <summary>Brings the VP out of the guest and holds it there. Not from a port's callback on another VP.</summary>
    /// <returns>False when this is the VP's own thread, which is outside already, or when it does not run.</returns>
    public bool Pause()
    {
        lock (_parking)
        {
            if (!_running || Environment.CurrentManagedThreadId == _context.ThreadId)
            {
                return false;
            }

            _pause = true;
        }

        Kick();
        lock (_parking)
        {
            while (!_parked && _running)
            {
                Monitor.Wait(_parking);
            }
        }

        return true;
    }

    public void Resume()
    {
        lock (_parking)
        {
            _pause = false;
            Monitor.PulseAll(_parking);
        }
    }

    public void Join()
    {
        while (_started && !_thread.Join(s_stopPatience))
        {
            _partition.Log.VpSlowToStop(Vp, s_stopPatience.TotalSeconds);
            Kick();
        }
    }

    /// <summary>A vector goes to this VP whose in-service bit the guest will not clear.</summary>
    public void ExpectAutoEoi(byte vector)
    {
        if (_autoEoi.Expect(vector))
        {
            Kick(); // the one before may still be in service and hold this one back
        }
    }

    /// <summary>Only on the VP's own thread, or before it runs.</summary>
    public bool IsLongMode()
    {
        const ulong LongModeActive = 1 << 10;
        var registers = _vcpu.GetSpecialRegisters();
        return (registers.efer & LongModeActive) != 0 && registers.cs.l != 0;
    }

    /// <summary>After <see cref="Join"/>.</summary>
    public void Dispose()
    {
        lock (_kick)
        {
            _disposed = true;
            _vcpu.Dispose();
        }
    }

    private void Kick()
    {
        lock (_kick)
        {
            if (_disposed)
            {
                return;
            }

            _vcpu.SetImmediateExit(true);
            Interlocked.MemoryBarrier();
            if (_threadId != 0 && _threadId != VcpuKick.CurrentThreadId())
            {
                VcpuKick.Send(_threadId);
            }
        }
    }

    private void Run()
    {
        lock (_kick)
        {
            _threadId = VcpuKick.CurrentThreadId();
        }

        _context.ThreadId = Environment.CurrentManagedThreadId;
        SetRunning(true);
        try
        {
            while (!_stop)
            {
                if (_pause)
                {
                    Park();
                }

                RunOnce();
            }
        }
        catch (Exception e)
        {
            // A mistake of ours; the guest ends with the reason instead of the process with a stack trace.
            Fail($"{e.GetType().Name}: {e.Message}");
        }
        finally
        {
            lock (_kick)
            {
                _threadId = 0;
            }

            SetRunning(false);
        }
    }

    private void Park()
    {
        lock (_parking)
        {
            _parked = true;
            Monitor.PulseAll(_parking);
            while (_pause && !_stop)
            {
                Monitor.Wait(_parking);
            }

            _parked = false;
        }
    }

    private void SetRunning(bool running)
    {
        lock (_parking)
        {
            _running = running;
            Monitor.PulseAll(_parking);
        }
    }

    private void RunOnce()
    {
        switch (_vcpu.Run(out var errno))
        {
            case KvmRunResult.Interrupted:
                Exits.Count(ExitReason.Interrupted);
                _vcpu.SetImmediateExit(false);
                Interlocked.MemoryBarrier(); // whatever was asked before the byte we just erased is visible now
                break;
            case KvmRunResult.Failed:
                Fail($"KVM_RUN failed (errno {errno})");
                break;
            default:
                _context.Timestamp = _partition.Time.GetTimestamp();
                HandleExit();
                break;
        }

        _autoEoi.Settle();
    }

    private void HandleExit()
    {
        switch (_vcpu.ExitReason)
        {
            case KvmAbi.KVM_EXIT_IO:
                HandleIo();
                break;
            case KvmAbi.KVM_EXIT_X86_WRMSR:
                Exits.Count(ExitReason.Msr);
                _vcpu.MsrFault = !_partition.TryWriteMsr(Vp, _vcpu.MsrIndex, _vcpu.MsrData);
                break;
            case KvmAbi.KVM_EXIT_X86_RDMSR:
                Exits.Count(ExitReason.Msr);
                _vcpu.MsrFault = !_partition.Synic.TryReadMsr(Vtl.Vtl0, Vp, _vcpu.MsrIndex, out var value);
                _vcpu.MsrData = value;
                break;
            case KvmAbi.KVM_EXIT_MMIO:
                HandleMmio();
                break;
            case KvmAbi.KVM_EXIT_HLT:
                Exits.Count(ExitReason.Halt); // only without an APIC in the kernel, which there always is
                break;
            case KvmAbi.KVM_EXIT_SHUTDOWN:
                Exits.Count(ExitReason.Shutdown);
                _partition.End(PartitionExit.Reboot($"triple fault on VP {Vp}"));
                break;
            case KvmAbi.KVM_EXIT_INTERNAL_ERROR:
                Exits.Count(ExitReason.Error);
                Fail(DescribeInternalError());
                break;
            case KvmAbi.KVM_EXIT_FAIL_ENTRY:
                Exits.Count(ExitReason.Error);
                Fail("the processor refused the guest's state");
                break;
            case KvmAbi.KVM_EXIT_INTR:
                Exits.Count(ExitReason.Interrupted);
                break;
            default:
                Exits.Count(ExitReason.Other);
                Fail($"KVM left the guest for a reason that is not handled ({_vcpu.ExitReason})");
                break;
        }
    }

    private void HandleIo()
    {
        var port = _vcpu.IoPort;
        if (port is HypercallGate.CallPort or HypercallGate.SignalPort && _vcpu.IoIsOut && TryHypercall(port))
        {
            return;
        }

        Exits.Count(ExitReason.Io);
        var size = _vcpu.IoSize;
        var data = _vcpu.IoData;
        for (; data.Length >= size && size > 0; data = data[size..])
        {
            if (_vcpu.IoIsOut)
            {
                _partition.PortIo.Out(Vp, port, data[..size]);
            }
            else
            {
                _partition.PortIo.In(Vp, port, data[..size]);
            }
        }
    }

    private bool TryHypercall(ushort port)
    {
        ref var registers = ref _vcpu.LoadRegisters();
        if (!HypercallGate.TryMatch(port, registers.rip, out var resume) || !_partition.Synic.HypercallPageEnabled)
        {
            return false;
        }

        Exits.Count(ExitReason.Hypercall);
        var longMode = _partition.Gate.LongMode;
        var input = longMode ? registers.rdx : Pair(registers.rbx, registers.rcx);
        var output = longMode ? registers.r8 : Pair(registers.rdi, registers.rsi);
        Span<byte> fast = stackalloc byte[HypercallContext.GeneralRegisterBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(fast, input);
        BinaryPrimitives.WriteUInt64LittleEndian(fast[8..], output);
        var call = new HypercallContext
        {
            Control = new HypercallControl(longMode ? registers.rcx : Pair(registers.rdx, registers.rax)),
            InputGpa = input,
            OutputGpa = output,
            FastRegisters = fast,
            Vtl = Vtl.Vtl0,
            Dispatch = _context,
        };
        var result = _partition.Dispatcher.Dispatch(ref call).Value;
        if (longMode)
        {
            registers.rax = result;
        }
        else
        {
            registers.rax = (uint)result;
            registers.rdx = result >> 32;
        }

        if (port == HypercallGate.SignalPort)
        {
            registers.rip = resume; // past the XOR that stands for a signal which KVM took
        }

        _vcpu.StoreRegisters();
        return true;
    }

    private void HandleMmio()
    {
        if (_vcpu.MmioIsWrite && _partition.TriggerMonitors(_context, _vcpu.MmioAddress, _vcpu.MmioData))
        {
            Exits.Count(ExitReason.MonitorWrite);
            return;
        }

        Exits.Count(ExitReason.Mmio);
        if (!_vcpu.MmioIsWrite)
        {
            _vcpu.MmioData.Fill(0xFF); // nothing is there
        }
    }

    private string DescribeInternalError()
    {
        var bytes = _vcpu.ErrorInstruction;
        var count = Math.Min((int)bytes[0], bytes.Length - 1);
        var rip = _vcpu.GetRegisters().rip.ToString("x", CultureInfo.InvariantCulture);
        return $"KVM cannot go on (internal error {_vcpu.ErrorCode}) at RIP 0x{rip}, bytes {Convert.ToHexString(bytes.Slice(1, count))}";
    }

    private void Fail(string reason)
    {
        _partition.Log.VpFailed(Vp, reason);
        _partition.FailVp($"VP {Vp}: {reason}");
    }

    private static ulong Pair(ulong high, ulong low) => (high << 32) | (uint)low;
}
