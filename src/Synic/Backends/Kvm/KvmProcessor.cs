using System.Globalization;
using Synic.Hv;
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
    private readonly VpParking _parking;
    private readonly Lock _kick = new(); // guards the two below: no signal to a thread that ended, no store to a page that is unmapped
    private int _threadId;
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
        _parking = new VpParking(Kick);
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
        _parking.End();
    }

    /// <inheritdoc cref="VpParking.Pause"/>
    public bool Pause() => _parking.Pause(_context.ThreadId);

    public void Resume() => _parking.Resume();

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
        _parking.SetRunning(true);
        try
        {
            while (!_stop)
            {
                if (_parking.IsAsked)
                {
                    _parking.Park();
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

            _parking.SetRunning(false);
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
        if (port is HypercallGate.CallPort or HypercallGate.SignalPort && _vcpu.IoIsOut
            && KvmHypercall.TryHandle(_partition, _vcpu, _context, Exits))
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
}
