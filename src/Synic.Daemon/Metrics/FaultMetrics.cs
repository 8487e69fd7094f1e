using System.Diagnostics.Metrics;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Diagnostics;
using Synic.Faults;
using Synic.Ports;

namespace Synic.Daemon.Metrics;

/// <summary>The instruments of fault injection. A daemon without lab mode has none of their series.</summary>
internal sealed class FaultMetrics
{
    private static readonly (FaultOperation Operation, FaultEffectKind Action)[] s_possible =
    [
        .. from operation in Enum.GetValues<FaultOperation>()
           from action in Enum.GetValues<FaultEffectKind>()
           where action != FaultEffectKind.None && FaultRuleReader.CanAct(action, operation)
           select (operation, action),
    ];

    private static readonly FaultState[] s_states = [.. Enum.GetValues<FaultState>()];

    public FaultMetrics(IMeterFactory factory, PartitionRegistry registry, FaultKillSwitch killSwitch, DaemonSettings settings)
    {
        if (!settings.Lab)
        {
            return;
        }

        var meter = factory.Create(new MeterOptions(SynicMetrics.MeterName));
        meter.CreateObservableGauge("synic.fault_rules", () => Over(registry, Rules), null, "Fault rules by state; dry_run: armed, and only counting.");
        meter.CreateObservableCounter(
            "synic.faults_injected", () => Over(registry, static (host, rules) => s_possible.Select(p => At(
                rules.Counters.Injected(p.Operation, p.Action), host, ("operation", Names.Of(p.Operation)), ("action", Names.Of(p.Action))))),
            null, "Calls that a fault rule acted on.");
        meter.CreateObservableCounter(
            "synic.faults_skipped", () => Over(registry, static (host, rules) => Enum.GetValues<FaultOutcome>()
                .Where(static o => o != FaultOutcome.Injected)
                .Select(o => At(rules.Counters.Skipped(o), host, ("reason", Names.Of(o))))),
            null, "Calls that a fault rule means and did not act on.");
        meter.CreateObservableGauge(
            "synic.faults_active", () => Over(registry, static (host, rules) => [At(rules.List().Sum(static r => r.Active), host)]),
            null, "Delays that run now.");
        meter.CreateObservableGauge(
            "synic.fault_kill_switch_engaged", () => killSwitch.IsEngaged ? 1 : 0, null, "1 while no fault rule can act.");
    }

    private static IEnumerable<Measurement<long>> Rules(PartitionHost host, FaultRules rules)
    {
        var all = rules.List();
        foreach (var state in s_states)
        {
            yield return At(all.Count(r => r.State == state && !IsDryRun(r)), host, ("state", Names.Of(state)));
        }

        yield return At(all.Count(IsDryRun), host, ("state", "dry_run"));
    }

    private static bool IsDryRun(FaultRuleView view) => view.State == FaultState.Armed && view.Rule.DryRun;

    private static IEnumerable<Measurement<long>> Over(
        PartitionRegistry registry, Func<PartitionHost, FaultRules, IEnumerable<Measurement<long>>> read) =>
        registry.All.Where(static h => h.Faults is not null).SelectMany(h => read(h, h.Faults!));

    private static Measurement<long> At(long value, PartitionHost host, params ReadOnlySpan<(string Key, string Value)> labels)
    {
        var tags = new List<KeyValuePair<string, object?>> { new("partition", host.Name) };
        foreach (var (key, text) in labels)
        {
            tags.Add(new(key, text));
        }

        return new Measurement<long>(value, tags);
    }
}
