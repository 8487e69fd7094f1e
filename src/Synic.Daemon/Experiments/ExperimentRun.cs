using System.Globalization;
using System.Text.Json;
using Synic.Backends;
using Synic.Contracts;
using Synic.Daemon.Experiments.Checks;
using Synic.Daemon.Experiments.Reports;

namespace Synic.Daemon.Experiments;

/// <summary>Goes through the steps of one experiment and writes down what came of them.</summary>
/// <param name="experiment">To run.</param>
/// <param name="report">Gets each case.</param>
/// <param name="show">Told of each case as it comes.</param>
/// <param name="time">The clock.</param>
internal sealed class ExperimentRun(Experiment experiment, ExperimentReport report, Action<ExperimentCase> show, TimeProvider time)
{
    private const int ShownValue = 300;
    private const int MaxDecisions = 1000;
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, JsonElement> _removed = [];
    private string? _stopped;
    private long? _began; // when the guest started

    /// <summary>Adds the rules, before a VP runs.</summary>
    public async Task PrepareAsync(ExperimentTarget target, CancellationToken cancellation)
    {
        foreach (var rule in experiment.Rules)
        {
            var armed = experiment.IsArmedAtStart(rule);
            var (_, refusal) = await target.Api.SendAsync(HttpMethod.Post, "faults", rule with { Arm = armed }, cancellation).ConfigureAwait(false);
            if (refusal is not null)
            {
                throw new ExperimentException($"the rule '{rule.Id}' was refused: {refusal}");
            }

            Add(Done("start", armed ? $"arm {rule.Id}" : $"add {rule.Id}", time.GetTimestamp(), null));
        }
    }

    /// <param name="target">Runs.</param>
    /// <param name="deadline">The time of the whole experiment is over.</param>
    /// <param name="cancellation">Somebody wants it to end.</param>
    public async Task RunAsync(ExperimentTarget target, CancellationToken deadline, CancellationToken cancellation)
    {
        _began = time.GetTimestamp();
        target.BeginStep();
        foreach (var (i, step) in experiment.Steps.Index())
        {
            await RunAsync(step, string.Create(CultureInfo.InvariantCulture, $"step {i + 1}"), target, deadline, cancellation).ConfigureAwait(false);
        }

        foreach (var check in experiment.Expect)
        {
            await ExpectAsync(check, target, deadline, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Writes down what is left to see when all is done.</summary>
    public async Task FinishAsync(ExperimentTarget target, CancellationToken cancellation)
    {
        target.Pump();
        report.Serial = target.Serial.Lines;
        foreach (var rule in experiment.Rules)
        {
            var path = $"faults/{rule.Id}";
            if (_removed.TryGetValue(rule.Id!, out var removed))
            {
                report.Rules.Add(removed);
            }
            else if (await target.GetAsync(path, cancellation).ConfigureAwait(false) is { Answer: { } summary })
            {
                report.Rules.Add(summary);
                await KeepDecisionsAsync(rule.Id!, target, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task RunAsync(ExperimentStep step, string number, ExperimentTarget target, CancellationToken deadline, CancellationToken cancellation)
    {
        var name = step.Name ?? number;
        if (step.When.Count > 0)
        {
            if (_stopped is not null)
            {
                Add(Skipped("when", WaitName(step)));
            }
            else
            {
                var limit = step.Within ?? Timeout.InfiniteTimeSpan;
                var one = await PollAsync("when", WaitName(step), step.When, limit, target, deadline, cancellation).ConfigureAwait(false);
                Add(one);
                _stopped = one.Outcome == CaseOutcome.Passed ? null : $"{name} was not reached";
            }
        }

        foreach (var action in step.Actions)
        {
            Add(_stopped is not null ? Skipped("do", action.ToString()) : await DoAsync(action, target, cancellation).ConfigureAwait(false));
        }

        foreach (var check in step.Expect)
        {
            await ExpectAsync(check, target, deadline, cancellation).ConfigureAwait(false);
        }

        target.BeginStep();
    }

    private static string WaitName(ExperimentStep step)
    {
        var checks = string.Join(" and ", step.When);
        return step.Name is null ? checks : $"{step.Name} ({checks})";
    }

    private async Task ExpectAsync(Check check, ExperimentTarget target, CancellationToken deadline, CancellationToken cancellation)
    {
        if (_stopped is not null)
        {
            Add(Skipped("expect", check.ToString()));
            return;
        }

        Add(await PollAsync("expect", check.ToString(), [check], check.Within ?? TimeSpan.Zero, target, deadline, cancellation).ConfigureAwait(false));
    }

    private async Task<ExperimentCase> PollAsync(
        string kind, string name, IReadOnlyList<Check> checks, TimeSpan limit, ExperimentTarget target, CancellationToken deadline, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var looked = time.GetTimestamp();
            var guestEnded = target.Host.State is PartitionState.Ended or PartitionState.Failed; // asked first: what it did before is seen
            target.Pump();
            var (unmet, actual, note) = await LookAsync(checks, target, cancellation).ConfigureAwait(false);
            if (unmet is null)
            {
                return Case(kind, name, CaseOutcome.Passed, began) with { Actual = actual };
            }

            var waited = time.GetElapsedTime(began);
            var why = limit != Timeout.InfiniteTimeSpan && waited >= limit ? (limit == TimeSpan.Zero ? "" : Invariant($"not within {limit.TotalSeconds:0.###} s"))
                : deadline.IsCancellationRequested ? Invariant($"the deadline of {experiment.Deadline.TotalSeconds:0.###} s is over")
                : guestEnded && unmet.NeedsGuest ? $"the guest does not run any more: {target.Host.Exit?.Reason ?? "it was stopped"}"
                : null;
            if (why is not null)
            {
                return Case(kind, name, CaseOutcome.Failed, began) with
                {
                    Expected = $"{unmet.Subject} {unmet.Expected}",
                    Actual = actual ?? "nothing",
                    Note = string.Join("; ", new[] { note, why }.Where(static t => !string.IsNullOrEmpty(t))) is { Length: > 0 } text ? text : null,
                };
            }

            await PauseAsync(time.GetElapsedTime(looked), limit, waited, deadline, cancellation).ConfigureAwait(false);
        }
    }

    // Looking must not take the time that the guest needs: on a slow machine an answer of the API costs some.
    private async Task PauseAsync(TimeSpan cost, TimeSpan limit, TimeSpan waited, CancellationToken deadline, CancellationToken cancellation)
    {
        var pause = cost * 4 < s_shortestPause ? s_shortestPause : cost * 4 > s_longestPause ? s_longestPause : cost * 4;
        if (limit != Timeout.InfiniteTimeSpan && limit - waited < pause)
        {
            pause = limit - waited;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, cancellation);
        try
        {
            await Task.Delay(pause, time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The deadline: one more look, then it is told.
        }
    }

    private static async Task<(Check? Unmet, string? Actual, string? Note)> LookAsync(
        IReadOnlyList<Check> checks, ExperimentTarget target, CancellationToken cancellation)
    {
        string? actual = null;
        foreach (var check in checks)
        {
            var finding = await check.ReadAsync(target, cancellation).ConfigureAwait(false);
            actual = finding.Value is { } value ? Shown(value) : null;
            if (!check.Expected.Holds(finding.Value))
            {
                return (check, actual, finding.Note);
            }
        }

        return (null, checks.Count == 1 ? actual : null, null);
    }

    private async Task<ExperimentCase> DoAsync(ExperimentAction action, ExperimentTarget target, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        if (action.Kind == ActionKind.Remove && await target.GetAsync($"faults/{action.Target}", cancellation).ConfigureAwait(false) is { Answer: { } before })
        {
            _removed[action.Target] = before;
            await KeepDecisionsAsync(action.Target, target, cancellation).ConfigureAwait(false);
        }

        var (answer, refusal) = action.Kind switch
        {
            ActionKind.Arm => await target.Api.SendAsync(HttpMethod.Post, $"faults/{action.Target}/arm", new ArmFaultRequest(), cancellation).ConfigureAwait(false),
            ActionKind.Pause => await target.Api.SendAsync(HttpMethod.Post, $"faults/{action.Target}/pause", null, cancellation).ConfigureAwait(false),
            ActionKind.Remove => await target.Api.SendAsync(HttpMethod.Delete, $"faults/{action.Target}", null, cancellation).ConfigureAwait(false),
            ActionKind.Type => await target.Api.SendAsync(HttpMethod.Post, "serial", action.Body, cancellation).ConfigureAwait(false),
            ActionKind.Post => await target.Api.SendAsync(HttpMethod.Post, $"ports/{action.Target}/messages", action.Body, cancellation).ConfigureAwait(false),
            ActionKind.Signal => await target.Api.SendAsync(HttpMethod.Post, $"ports/{action.Target}/signal", action.Body, cancellation).ConfigureAwait(false),
            _ => await target.Api.SetKillSwitchAsync(action.Body as KillSwitchRequest, cancellation).ConfigureAwait(false),
        };
        var done = Done("do", action.ToString(), began, refusal);
        if (refusal is not null || action.Kind is not (ActionKind.Post or ActionKind.Signal))
        {
            return done;
        }

        var status = answer!.Value.GetProperty("hvStatus").GetProperty("name").GetString()!;
        return done with
        {
            Outcome = action.Status is null || action.Status == status ? CaseOutcome.Passed : CaseOutcome.Failed, Expected = action.Status, Actual = status,
        };
    }

    private async Task KeepDecisionsAsync(string rule, ExperimentTarget target, CancellationToken cancellation)
    {
        if (await target.GetAsync($"faults/{rule}/decisions?limit={MaxDecisions}", cancellation).ConfigureAwait(false) is { Answer: { } decisions })
        {
            report.Decisions[rule] = decisions.GetProperty("items");
        }
    }

    private ExperimentCase Done(string kind, string name, long began, string? refusal)
    {
        var done = Case(kind, name, refusal is null ? CaseOutcome.Passed : CaseOutcome.Error, began);
        return done with { Note = refusal };
    }

    private ExperimentCase Skipped(string kind, string name) => Case(kind, name, CaseOutcome.Skipped, time.GetTimestamp()) with { Note = _stopped };

    private ExperimentCase Case(string kind, string name, CaseOutcome outcome, long began) => new()
    {
        Kind = kind,
        Name = name,
        Outcome = outcome,
        AtSeconds = _began is { } start ? Math.Round(time.GetElapsedTime(start).TotalSeconds, 3) : 0,
        Seconds = Math.Round(time.GetElapsedTime(began).TotalSeconds, 3),
    };

    private void Add(ExperimentCase one)
    {
        report.Cases.Add(one);
        show(one);
    }

    private static string Shown(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return text.Length <= ShownValue ? text : text[..ShownValue] + "…";
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>An experiment cannot be run; the message says why.</summary>
internal sealed class ExperimentException(string message) : Exception(message);
