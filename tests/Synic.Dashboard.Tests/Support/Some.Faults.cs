using System.Text.Json;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Tests.Support;

/// <content>Fault rules.</content>
internal static partial class Some
{
    public static FaultRuleSpec Rule => new()
    {
        Match = new FaultMatchSpec { Operation = "post_message", Connections = ["0x2001"] },
        Action = new FaultActionSpec { Kind = "status", Status = "insufficient_buffers" },
        Trigger = new FaultTriggerSpec { Times = 2 },
        Seed = "0x2a",
        TtlSeconds = 300,
        Priority = 100,
    };

    public static FaultSummary Fault(string id = "full", string state = "draft") => new()
    {
        Id = id,
        State = state,
        Rule = Rule with { Id = id },
        Version = "7",
        Created = Now.AddMinutes(-3),
        EndsAt = state == "armed" ? Now.AddSeconds(125) : null,
        Matches = 5,
        Hits = 2,
        Outcomes = new Dictionary<string, long> { ["injected"] = 2, ["not_nth"] = 3 },
        Active = 0,
        SlowPaths = 0,
    };

    public static FaultsSnapshot FaultsNow(params ArmedFault[] armed) => new()
    {
        Lab = true,
        MayInject = true,
        KillSwitch = new KillSwitchSummary(false, null, null, null),
        Armed = armed,
        AsOf = Now,
    };

    public static FaultPreview Preview(FaultRuleSpec rule) => new()
    {
        Rule = rule,
        PortsMatched = 3,
        PortsTotal = 20,
        Ports = [new FaultPreviewPort("0x2001", "message", "demo", false)],
        FastPathPorts = 0,
        Calls = new FaultPreviewCalls(60, 100, 12, 2, 0, true),
        EndsAt = Now.AddMinutes(5),
        GuestReaction = ["Linux: posts again."],
        Warnings = [],
    };

    public static FaultDecisionSummary Decision(long number, string outcome = "injected") => new()
    {
        Number = number,
        Time = Now,
        Operation = "post_message",
        Connection = "0x2001",
        Vtl = 0,
        Vp = 1,
        Outcome = outcome,
        Draw = "0x1",
        Seed = "0x2a",
    };

    public static FlowEdge Edge(int? vtl, string? connection, double calls, string? owner = "demo") => new()
    {
        Vtl = vtl, Connection = connection, Connections = connection is null ? 9 : 1, Owner = owner, Owners = owner is null ? 0 : 1, CallsPerSecond = calls, FailuresPerSecond = 0, InjectedPerSecond = 0,
    };

    public static FaultImportResult Imported(IReadOnlyList<FaultRuleSpec?> rules, bool dryRun) => new()
    {
        DryRun = dryRun, Rules = [.. rules.Select(static r => new FaultImportedRule(r!.Id!, false, "draft", r))],
    };

    /// <summary>A refusal as the daemon sends it.</summary>
    public static SynicProblemException Problem(string code, string detail, params (string Field, string Message)[] errors) => new(
        422, JsonSerializer.SerializeToElement(new { code, detail, errors = errors.ToDictionary(static e => e.Field, static e => new[] { e.Message }) }));
}
