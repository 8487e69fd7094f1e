using System.Text.Json.Nodes;
using System.Xml.Linq;
using Synic.Backends;
using Synic.Daemon.Cli;
using Synic.Daemon.Tests.Cli;
using Synic.Daemon.Tests.Deploy;

namespace Synic.Daemon.Tests.Experiments;

/// <summary>Whole runs of the command, with the demo guest.</summary>
public sealed class ExperimentRunTests
{
    private const string Refuse = """
        { "id": "refuse", "match": { "operation": "post_message", "connections": ["0x1000"] }, "action": { "kind": "status", "status": "insufficient_buffers" }, "trigger": { "probability": 0.5 } }
        """;

    public static bool HaveKvm => HypervisorCatalog.Probe().Any(static p => p is { Kind: BackendKind.Kvm, Usable: true });

    [Fact]
    public async Task Run_ShippedExample_Passes()
    {
        var run = await CliRun.InvokeAsync("experiment", "run", ExperimentFile.Shipped("receiver-full"), "--backend", "emulated");

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Errors));
        Assert.Contains("13 passed, 0 failed, 0 errors, 0 skipped", run.Output, StringComparison.Ordinal);
    }

    [Fact(Skip = "needs a KVM that can be used here", SkipUnless = nameof(HaveKvm))]
    public async Task Run_ShippedExampleOnKvm_Passes()
    {
        var run = await CliRun.InvokeAsync("experiment", "run", ExperimentFile.Shipped("receiver-full"));

        Assert.True(run.Code == ExitCode.Ok, run.Output);
        Assert.Contains("kvm (", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ExampleOfTheDocumentation_Passes()
    {
        var page = DeployFiles.Text("docs/experiments.md");
        var begin = page.IndexOf("```json", StringComparison.Ordinal) + "```json".Length;
        using var file = new ExperimentFile(page[begin..page.IndexOf("```", begin, StringComparison.Ordinal)]);

        var run = await file.RunAsync();

        Assert.True(run.Code == ExitCode.Ok, run.Output + run.Errors);
    }

    [Fact]
    public async Task Run_AssertionThatFails_Is1AndInBothReports()
    {
        using var file = new ExperimentFile($$"""
            {
              "name": "too-much", "partition": { "vps": 1, "guest": { "roundsPerSecond": 200 } }, "rules": [ {{Refuse}} ],
              "steps": [
                { "when": { "rule": "refuse", "atLeast": 1 }, "withinSeconds": 30, "expect": { "name": "a hundred at once", "rule": "refuse", "at": "/outcomes/injected", "atLeast": 1000000 } },
                { "name": "never", "when": { "serial": "no such line" }, "withinSeconds": 0.2, "type": "x" }
              ],
              "expect": { "guest": "running" }
            }
            """);

        var run = await file.RunAsync();

        Assert.Equal(ExitCode.AssertionFailed, run.Code);
        Assert.Contains("FAIL    a hundred at once", run.Output, StringComparison.Ordinal);
        Assert.Contains("the same again: --seed 0x", run.Output, StringComparison.Ordinal);
        var suite = XDocument.Load(file.JUnit).Root!.Element("testsuite")!;
        Assert.Equal(("6", "2", "0", "2"), (Of(suite, "tests"), Of(suite, "failures"), Of(suite, "errors"), Of(suite, "skipped")));
        var cases = suite.Elements("testcase").ToList();
        Assert.Equal("expect: a hundred at once", Of(cases[2], "name"));
        Assert.StartsWith("expected: rule refuse /outcomes/injected >= 1000000; actual: ", Of(cases[2].Element("failure")!, "message"), StringComparison.Ordinal);
        Assert.Contains("not within 0.2 s", cases[3].Element("failure")!.Value, StringComparison.Ordinal);
        Assert.Equal("never was not reached", Of(cases[4].Element("skipped")!, "message"));
        Assert.Contains("SynIC on", suite.Element("system-out")!.Value, StringComparison.Ordinal);
        var report = JsonNode.Parse(await File.ReadAllTextAsync(file.Report, TestContext.Current.CancellationToken))!;
        Assert.Equal(("failed", 2, 2), ((string?)report["outcome"], (int)report["failed"]!, (int)report["skipped"]!));
        Assert.Equal("emulated", (string?)report["experiments"]![0]!["backend"]);
    }

    [Fact]
    public async Task Run_TwiceWithOneSeed_DecidesAlike()
    {
        using var file = new ExperimentFile($$"""
            { "partition": { "vps": 1, "guest": { "roundsPerSecond": 500 } }, "rules": [ {{Refuse}} ], "steps": [ { "when": { "rule": "refuse", "at": "/matches", "atLeast": 40 } } ] }
            """);

        var first = await DecisionsAsync(file, "0xabc");
        var second = await DecisionsAsync(file, "0xabc");
        var other = await DecisionsAsync(file, "0xabd");

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.Contains(first, static d => d.EndsWith("injected", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_DeadlineIsOver_FailsWhatIsWaitedFor()
    {
        using var file = new ExperimentFile("""{ "deadlineSeconds": 100, "steps": [ { "when": { "serial": "no such line" } } ], "expect": { "guest": "running" } }""");

        var run = await file.RunAsync("--deadline", "0.1");

        Assert.Equal(ExitCode.AssertionFailed, run.Code);
        Assert.Contains("the deadline of 0.1 s is over", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ActingAsTheGuest_ChecksTheStatus()
    {
        using var file = new ExperimentFile("""
            {
              "partition": { "guest": { "kind": "none" }, "ports": [ { "connectionId": "0x10", "handler": "sink" } ] },
              "rules": [ { "id": "late", "match": { "operation": "post_message", "connections": ["0x10"] }, "action": { "kind": "status", "status": "operation_denied" }, "trigger": { "times": 2 } } ],
              "steps": [
                { "post": { "connection": "0x10", "text": "a", "status": "success" } },
                { "arm": "late", "post": { "connection": "0x10", "text": "b", "status": "operation_denied" } },
                { "killSwitch": "engage", "post": { "connection": 16, "text": "c", "status": "operation_denied" }, "expect": { "rule": "late", "at": "/state", "equals": "stopped" } },
                { "killSwitch": "release", "remove": "late", "expect": { "rule": "late", "exists": false } },
                { "signal": { "connection": "0xdead", "status": "invalid_connection_id" } }
              ],
              "expect": [ { "port": "0x10", "at": "/calls", "equals": 2 }, { "port": "0x11", "exists": false }, { "guest": "running" } ]
            }
            """);

        var run = await file.RunAsync();

        Assert.True(run.Code == ExitCode.AssertionFailed, run.Output + run.Errors);
        var failed = XDocument.Load(file.JUnit).Descendants("failure").ToList();
        Assert.Equal("expected: operation_denied; actual: success", Of(Assert.Single(failed), "message")); // the post behind the kill switch
    }

    [Theory]
    [InlineData("""{ "partition": { "guest": { "path": "experiment.json" } }, "expect": { "guest": "running" } }""", "needs virtual processors")]
    [InlineData("""
        { "rules": [ { "id": "a", "match": { "connections": [1] }, "action": { "kind": "busy" } }, { "id": "b", "match": { "connections": ["1"] }, "action": { "kind": "busy" } } ], "expect": { "guest": "running" } }
        """, "the rule 'b' was refused: fault_conflict")]
    [InlineData("""{ "partition": { "guest": { "kind": "none" } }, "steps": [ { "type": "x" } ] }""", "no_serial_input")]
    public async Task Run_WhatCannotBeDone_Is3WithTheReason(string text, string reason)
    {
        using var file = new ExperimentFile(text);

        var run = await file.RunAsync();

        Assert.Equal(ExitCode.CouldNotRun, run.Code);
        Assert.Contains(reason, run.Output, StringComparison.Ordinal);
        Assert.Contains(reason, XDocument.Load(file.JUnit).Descendants("error").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OneFileOfTwoIsWrong_RunsNone()
    {
        using var wrong = new ExperimentFile("""{ "expect": { "serail": "x" } }""");

        var run = await CliRun.InvokeAsync("experiment", "run", ExperimentFile.Shipped("receiver-full"), wrong.Path);

        Assert.Equal((ExitCode.WrongUsage, ""), (run.Code, run.Output));
        Assert.StartsWith($"{wrong.Path}: $.expect has exactly one of serial,", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seed", "x")]
    [InlineData("--deadline", "0")]
    [InlineData("--backend", "xen")]
    [InlineData("--report", "/nonexistent/report.json")]
    public async Task Run_WrongOption_Is2(string option, string value)
    {
        var run = await CliRun.InvokeAsync("experiment", "run", ExperimentFile.Shipped("receiver-full"), option, value);

        Assert.Equal(ExitCode.WrongUsage, run.Code);
        Assert.NotEmpty(run.Errors);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_EveryShippedExperiment_IsRight()
    {
        foreach (var file in Directory.GetFiles(DeployFiles.FullPath("docs/experiments"), "*.json"))
        {
            // Those for Linux get their guest from the command line; here any file will do.
            string[] guest = Path.GetFileName(file).StartsWith("linux-", StringComparison.Ordinal) ? ["--guest", file] : [];

            var run = await CliRun.InvokeAsync(["experiment", "check", file, .. guest]);

            Assert.True(run.Code == ExitCode.Ok, run.Errors);
            Assert.StartsWith(file, Assert.Single(run.Lines), StringComparison.Ordinal);
        }
    }

    private static string Of(XElement element, string attribute) => element.Attribute(attribute)!.Value;

    private static async Task<List<string>> DecisionsAsync(ExperimentFile file, string seed)
    {
        var run = await file.RunAsync("--seed", seed);
        Assert.True(run.Code == ExitCode.Ok, run.Output);
        var report = JsonNode.Parse(await File.ReadAllTextAsync(file.Report, TestContext.Current.CancellationToken))!;
        return
        [
            .. report["experiments"]![0]!["decisions"]!["refuse"]!.AsArray().Take(40)
                .Select(static d => $"{d!["number"]} {d["draw"]} {d["outcome"]}"),
        ];
    }
}
