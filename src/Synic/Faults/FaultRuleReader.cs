using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Synic.Contracts;

namespace Synic.Faults;

/// <summary>Turns a rule as it was written into one that can be armed, or says all that is wrong with it.</summary>
public static class FaultRuleReader
{
    public const int MaxTtlSeconds = 3600;

    private const int DefaultTtlSeconds = 300;
    private const int MaxId = 64;
    private const int MaxName = 128;
    private const int MaxReason = 512;
    private const int MaxLabels = 16;
    private const int MaxActive = 256;
    private static readonly string[] s_words = ["export", "import", "preview"]; // siblings of rules in the API
    private static readonly SearchValues<char> s_idCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <param name="spec">As it came.</param>
    /// <param name="id">The rule's.</param>
    /// <param name="createdBy">Who wrote it.</param>
    /// <param name="rule">What it says.</param>
    /// <param name="errors">By the path of the field.</param>
    public static bool TryRead(
        FaultRuleSpec spec, string id, string? createdBy, [NotNullWhen(true)] out FaultRule? rule,
        out IReadOnlyDictionary<string, string[]> errors)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(id);
        var found = new RuleErrors();
        var read = Read(spec, id, createdBy, found);
        errors = found.All;
        rule = errors.Count == 0 ? read : null;
        return rule is not null;
    }

    private static FaultRule? Read(FaultRuleSpec spec, string id, string? createdBy, RuleErrors errors)
    {
        if (!IsId(id))
        {
            errors.Add("id", $"is 1 to {MaxId} of a-z, 0-9, '-', '_' and '.', not '{id}'");
        }

        if (s_words.Contains(id))
        {
            errors.Add("id", $"cannot be '{id}', which is a path of its own");
        }

        CheckLabels(spec.Labels, errors);
        var action = ActionReader.Read(spec.Action, errors);
        var match = MatchReader.Read(spec.Match, action, errors);
        var trigger = TriggerReader.Read(spec.Trigger, errors);
        var ttl = errors.Seconds("ttlSeconds", spec.TtlSeconds ?? DefaultTtlSeconds, 0.001, MaxTtlSeconds);
        var rule = action is null || match is null ? null : new FaultRule
        {
            Id = id,
            Name = errors.Text("name", spec.Name, MaxName),
            Labels = spec.Labels ?? new Dictionary<string, string>(),
            DryRun = spec.DryRun,
            Priority = (int)errors.Number("priority", spec.Priority, 0, 1000, FaultRule.DefaultPriority),
            Match = match,
            Action = action,
            Trigger = trigger,
            Seed = errors.Number("seed", spec.Seed, ulong.MaxValue) ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
            Ttl = ttl,
            Lease = spec.LeaseSeconds is { } lease ? errors.Seconds("leaseSeconds", lease, 0.001, MaxTtlSeconds) : null,
            MaxActive = (int)errors.Number("maxActive", spec.MaxActive, 1, MaxActive, 16),
            StopWhen = ReadStop(spec.StopWhen, errors),
            AllowOverlap = spec.AllowOverlap,
            AllowHang = spec.AllowHang,
            ForceSlowPath = spec.ForceSlowPath,
            Persist = spec.Persist,
            Reason = errors.Text("reason", spec.Reason, MaxReason),
            Ticket = errors.Text("ticket", spec.Ticket, MaxName),
            CreatedBy = createdBy,
        };
        if (spec.Arm && string.IsNullOrWhiteSpace(spec.Reason))
        {
            errors.Add("reason", "is needed to arm a rule");
        }

        if (rule is { MayHang: true, AllowHang: false })
        {
            errors.Add("allowHang", $"has to be true: what '{spec.Action!.Kind}' takes away does not come back when the rule ends, and the guest may wait for it without an end");
        }

        return rule;
    }

    /// <summary>Whether an action can act on an operation.</summary>
    public static bool CanAct(Ports.FaultEffectKind action, Ports.FaultOperation operation) =>
        (ActionReader.OperationsOf(action) & ActionReader.Bits(operation)) != 0;

    /// <summary>Whether a rule can have this id.</summary>
    public static bool IsId(string id) =>
        id is { Length: > 0 and <= MaxId } && id[0] != '.' && !id.AsSpan().ContainsAnyExcept(s_idCharacters);

    private static void CheckLabels(IReadOnlyDictionary<string, string>? labels, RuleErrors errors)
    {
        if (labels?.Count > MaxLabels)
        {
            errors.Add("labels", $"has at most {MaxLabels} members, not {labels.Count}");
        }

        foreach (var (key, value) in labels ?? new Dictionary<string, string>())
        {
            if (!IsId(key) || value is not { Length: <= MaxName } || value.Any(char.IsControl))
            {
                errors.Add($"labels.{key}", $"has a name of a-z, 0-9, '-', '_' and '.' and a text of at most {MaxName} characters");
            }
        }
    }

    private static FaultStop ReadStop(FaultStopSpec? spec, RuleErrors errors)
    {
        if (spec?.RealFailuresPerSecond is < 0 or double.NaN or double.PositiveInfinity)
        {
            errors.Add("stopWhen.realFailuresPerSecond", "is 0 or more");
        }

        return spec is null ? new FaultStop() : new FaultStop
        {
            RealFailuresPerSecond = spec.RealFailuresPerSecond,
            QueueLength = spec.QueueLength is { } length ? (int)errors.Number("stopWhen.queueLength", length, 0, int.MaxValue, 0) : null,
            BackendDown = spec.BackendDown,
            VerifyHit = spec.VerifyHit,
        };
    }
}
