using System.Runtime.InteropServices;
using Synic.Hv;
using Synic.Interop.Linux;

namespace Synic.Interop;

/// <summary>
/// An operating-system event that a hypervisor can signal by itself, without an exit to this process: an eventfd on
/// Linux. It counts: one wait takes all signals since the last one.
/// </summary>
public sealed unsafe class HostEvent : IDisposable
{
    private readonly FileDescriptor? _eventFd;
    private readonly Lock _gate = new(); // guards _count where there is no eventfd
    private readonly SemaphoreSlim? _semaphore;
    private ulong _count;

    public HostEvent()
    {
        if (!OperatingSystem.IsLinux())
        {
            _semaphore = new SemaphoreSlim(0, 1);
            return;
        }

        _eventFd = new FileDescriptor(LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK));
        if (_eventFd.IsInvalid)
        {
            throw new HypervisorException(nameof(LibC.eventfd), Marshal.GetLastPInvokeError());
        }
    }

    internal FileDescriptor? EventFd => _eventFd;

    /// <summary>Adds one signal. Never blocks.</summary>
    public void Signal()
    {
        if (_eventFd is not null)
        {
            var one = 1UL;
            // SAFETY: the kernel reads eight bytes of a local. A full counter (EAGAIN) is as good as one more signal.
            _ = LibC.write(_eventFd, &one, sizeof(ulong));
            return;
        }

        lock (_gate)
        {
            if (_count++ == 0)
            {
                _semaphore!.Release();
            }
        }
    }

    /// <summary>Waits until there is at least one signal, and takes them all.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever. Resolution: nanoseconds on Linux.</param>
    /// <returns>The number of signals taken; 0 after the timeout.</returns>
    public ulong Wait(TimeSpan timeout)
    {
        if (_eventFd is null)
        {
            return WaitPortable(timeout);
        }

        var added = false;
        try
        {
            _eventFd.DangerousAddRef(ref added);
            var poll = new LibC.PollFd { Fd = (int)_eventFd.DangerousGetHandle(), Events = LibC.POLLIN };
            var time = new LibC.TimeSpec
            {
                Seconds = timeout.Ticks / TimeSpan.TicksPerSecond,
                Nanoseconds = timeout.Ticks % TimeSpan.TicksPerSecond * 100,
            };
            // SAFETY: both structs are locals and outlive the call. A signal (EINTR) counts as a timeout.
            _ = LibC.ppoll(&poll, 1, timeout < TimeSpan.Zero ? null : &time, null);
            return Take();
        }
        finally
        {
            if (added)
            {
                _eventFd.DangerousRelease();
            }
        }
    }

    /// <summary>Takes the signals there are, without waiting.</summary>
    public ulong Take()
    {
        if (_eventFd is null)
        {
            return WaitPortable(TimeSpan.Zero);
        }

        ulong count;
        // SAFETY: the kernel writes eight bytes into a local, or nothing when it answers EAGAIN.
        return LibC.read(_eventFd, &count, sizeof(ulong)) == sizeof(ulong) ? count : 0;
    }

    public void Dispose()
    {
        _eventFd?.Dispose();
        _semaphore?.Dispose();
    }

    private ulong WaitPortable(TimeSpan timeout)
    {
        if (!_semaphore!.Wait(timeout))
        {
            return 0;
        }

        lock (_gate)
        {
            return Interlocked.Exchange(ref _count, 0);
        }
    }
}
