using Synic.Daemon.Cli;
using Synic.Daemon.Configuration;
using Synic.Daemon.Experiments.Reports;
using Synic.Guests;
using Synic.Hv;

namespace Synic.Daemon.Experiments;

/// <summary>Runs an experiment from the start of its daemon to its report. What cannot be run is a report, too.</summary>
internal sealed class ExperimentRunner(DaemonHost daemon, ExperimentScreen screen, TimeProvider time)
{
    /// <summary>For the last questions, when the deadline is over.</summary>
    private static readonly TimeSpan s_finishTime = TimeSpan.FromSeconds(30);

    /// <exception cref="OperationCanceledException">Somebody wants it to end.</exception>
    public async Task<ExperimentReport> RunAsync(Experiment experiment, CancellationToken cancellation)
    {
        var report = new ExperimentReport
        {
            Name = experiment.Name,
            Description = experiment.Description,
            File = experiment.File,
            Started = time.GetUtcNow(),
            Seed = experiment.SeedText,
        };
        screen.Begin(experiment);
        var began = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(experiment.Deadline, time);
        var run = new ExperimentRun(experiment, report, screen.Show, time);
        try
        {
            await RunAsync(experiment, run, report, deadline.Token, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SettingsException or GuestImageException or HypervisorException or ExperimentException or IOException
            or UnauthorizedAccessException or HttpRequestException)
        {
            CouldNotRun(report, e is SettingsException s ? string.Join("; ", s.Mistakes) : e.Message);
        }
        catch (TaskCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            CouldNotRun(report, $"the daemon did not answer in time: {e.Message}"); // HttpClient's own limit
        }

        report.Seconds = Math.Round(time.GetElapsedTime(began).TotalSeconds, 3);
        screen.End(report);
        return report;
    }

    private async Task RunAsync(
        Experiment experiment, ExperimentRun run, ExperimentReport report, CancellationToken deadline, CancellationToken cancellation)
    {
        await using var host = await ExperimentHost.StartAsync(experiment, daemon, async (started, token) =>
        {
            var partition = started.Target.Host;
            var summary = partition.Summarize();
            (report.Backend, report.BackendReason, report.Guest) = (summary.Backend, partition.BackendReason, summary.Guest.Description);
            screen.Started(report, started.Dashboard);
            await run.PrepareAsync(started.Target, token).ConfigureAwait(false);
        }, cancellation).ConfigureAwait(false);
        await run.RunAsync(host.Target, deadline, cancellation).ConfigureAwait(false);
        using var finish = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        finish.CancelAfter(s_finishTime);
        await run.FinishAsync(host.Target, finish.Token).ConfigureAwait(false);
    }

    private void CouldNotRun(ExperimentReport report, string why)
    {
        var one = new ExperimentCase { Kind = "start", Name = "the experiment runs", Outcome = CaseOutcome.Error, Note = why };
        report.Cases.Add(one);
        screen.Show(one);
    }
}
