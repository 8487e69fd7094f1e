using System.Runtime.InteropServices;
using Synic.Daemon.Configuration;
using Synic.Faults;

namespace Synic.Daemon.Access;

/// <summary>SIGUSR1 engages the kill switch, so that faults can be stopped also when the API does not answer.</summary>
internal sealed class KillSignal(DaemonSettings settings, FaultKillSwitch killSwitch, IAudit audit) : IHostedService, IDisposable
{
    /// <summary>SIGUSR1 on Linux: the runtime takes the system's own numbers besides its names.</summary>
    public const PosixSignal Signal = (PosixSignal)10;

    private PosixSignalRegistration? _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Lab && OperatingSystem.IsLinux())
        {
            _registration = PosixSignalRegistration.Create(Signal, OnSignal);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration?.Dispose();

    internal void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true; // the process goes on
        var done = killSwitch.Engage("SIGUSR1", "SIGUSR1");
        try
        {
            audit.Record(new AuditEntry("kill_switch.engage", "SIGUSR1", "", "fault-kill-switch", done ? "done" : "already_engaged"));
        }
        catch (AuditFailedException)
        {
            // It is stopped, which is what counts; nobody is there to be told.
        }
    }
}
