using System.Globalization;
using Synic.Contracts;

namespace Synic.Faults;

/// <summary>Reads the member <c>trigger</c> of a rule.</summary>
internal static class TriggerReader
{
    private const int MaxNumbers = 1024;
    private const long MaxSpacing = 3_600_000_000;

    public static FaultTrigger Read(FaultTriggerSpec? spec, RuleErrors errors)
    {
        if (spec is null)
        {
            return new FaultTrigger();
        }

        var probability = spec.Probability ?? 1;
        if (probability is not (>= 0 and <= 1))
        {
            errors.Add("trigger.probability", string.Create(CultureInfo.InvariantCulture, $"is 0 to 1, not {probability}"));
        }

        if (spec is { Nth: not null, EveryNth: not null })
        {
            errors.Add("trigger.everyNth", "is instead of nth: give one of them");
        }

        return new FaultTrigger
        {
            SkipFirst = errors.Number("trigger.skipFirst", spec.SkipFirst, 0, long.MaxValue, 0),
            EveryNth = Math.Max(1, errors.Number("trigger.everyNth", spec.EveryNth, 1, long.MaxValue, 1)),
            Nth = ReadNth(spec.Nth, errors),
            Probability = probability,
            Times = spec.Times is { } times ? errors.Number("trigger.times", times, 1, long.MaxValue, 1) : null,
            Within = spec.WithinSeconds is { } within
                ? errors.Seconds("trigger.withinSeconds", within, 0.001, FaultRuleReader.MaxTtlSeconds) : null,
            MinSpacing = errors.Microseconds("trigger.minSpacingMicroseconds", spec.MinSpacingMicroseconds, 0, MaxSpacing, 0),
        };
    }

    private static long[] ReadNth(IReadOnlyList<long>? numbers, RuleErrors errors)
    {
        if (numbers is null)
        {
            return [];
        }

        if (numbers.Count is 0 or > MaxNumbers)
        {
            errors.Add("trigger.nth", $"has 1 to {MaxNumbers} numbers, not {numbers.Count}");
            return [];
        }

        for (var i = 0; i < numbers.Count; i++)
        {
            if (numbers[i] < 1)
            {
                errors.Add($"trigger.nth[{i}]", $"is 1 or more, not {numbers[i]}");
            }
        }

        return [.. numbers.Distinct().Order()];
    }
}
