using System.Text.Json;
using System.Text.Json.Serialization;

namespace Synic.Daemon.Experiments.Reports;

/// <summary>What came of all experiments of one command: the file of <c>--report</c>.</summary>
internal sealed record RunReport
{
    /// <summary>The worst of all.</summary>
    public required CaseOutcome Outcome { get; init; }

    public required int Passed { get; init; }

    public required int Failed { get; init; }

    public required int Errors { get; init; }

    public required int Skipped { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyList<ExperimentReport> Experiments { get; init; }

    public static RunReport Of(IReadOnlyList<ExperimentReport> experiments) => new()
    {
        Outcome = experiments.Select(static e => e.Outcome).DefaultIfEmpty(CaseOutcome.Passed).Max(),
        Passed = experiments.Sum(static e => e.Count(CaseOutcome.Passed)),
        Failed = experiments.Sum(static e => e.Count(CaseOutcome.Failed)),
        Errors = experiments.Sum(static e => e.Count(CaseOutcome.Error)),
        Skipped = experiments.Sum(static e => e.Count(CaseOutcome.Skipped)),
        Seconds = Math.Round(experiments.Sum(static e => e.Seconds), 3),
        Experiments = experiments,
    };
}

/// <summary>What came of one experiment.</summary>
internal sealed record ExperimentReport
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public required string File { get; init; }

    public CaseOutcome Outcome => Cases.Select(static c => c.Outcome).Where(static o => o != CaseOutcome.Skipped).DefaultIfEmpty(CaseOutcome.Passed).Max();

    public required DateTimeOffset Started { get; init; }

    public double Seconds { get; set; }

    /// <summary>With <c>--seed</c> the same again.</summary>
    public required string Seed { get; init; }

    public string? Backend { get; set; }

    public string? BackendReason { get; set; }

    public string? Guest { get; set; }

    public List<ExperimentCase> Cases { get; } = [];

    /// <summary>The rules as the API shows them, at the end or when a step removed them.</summary>
    public List<JsonElement> Rules { get; } = [];

    /// <summary>By rule: what it decided, by number. Equal for equal seeds and calls.</summary>
    public SortedDictionary<string, JsonElement> Decisions { get; } = new(StringComparer.Ordinal);

    /// <summary>The last lines that the guest printed.</summary>
    public IReadOnlyList<string> Serial { get; set; } = [];

    public int Count(CaseOutcome outcome) => Cases.Count(c => c.Outcome == outcome);
}

/// <summary>One thing that was done, waited for or expected.</summary>
internal sealed record ExperimentCase
{
    public required string Name { get; init; }

    /// <summary><c>start</c>, <c>when</c>, <c>do</c> or <c>expect</c>.</summary>
    public required string Kind { get; init; }

    public required CaseOutcome Outcome { get; init; }

    public string? Expected { get; init; }

    /// <summary>What was read last.</summary>
    public string? Actual { get; init; }

    /// <summary>Why, where the two above do not say it.</summary>
    public string? Note { get; init; }

    /// <summary>Since the guest started.</summary>
    public double AtSeconds { get; init; }

    /// <summary>How long it took.</summary>
    public double Seconds { get; init; }
}

/// <summary>From good to bad, but for what was skipped.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaseOutcome>))]
internal enum CaseOutcome
{
    [JsonStringEnumMemberName("passed")]
    Passed,

    [JsonStringEnumMemberName("skipped")]
    Skipped,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It could not be found out.</summary>
    [JsonStringEnumMemberName("error")]
    Error,
}
