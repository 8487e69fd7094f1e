using Synic.Daemon.Experiments.Reading;

namespace Synic.Daemon.Tests.Experiments;

/// <summary>A file that is wrong is told all of it at once, each mistake with its path and what is allowed.</summary>
public sealed class ExperimentReaderTests
{
    private const string Rule = """{ "id": "r", "match": { "operation": "post_message", "connections": ["0x1000"] }, "action": { "kind": "busy" } }""";

    [Theory]
    [InlineData("", "$ is no JSON")]
    [InlineData("{ \"name\": ", "$ is no JSON in line 1")]
    [InlineData("""{ "name": "a", "name": "b" }""", "$ is no JSON")]
    [InlineData("[]", "$ is an object, not a list")]
    [InlineData("{}", "$ checks nothing")]
    [InlineData("""{ "nam": "x" }""", "$.nam is no member; did you mean name?")]
    [InlineData("""{ "name": 7 }""", "$.name is a text, not 7")]
    [InlineData("""{ "seed": "x" }""", "$.seed is a whole number from 0 to 0xffffffffffffffff")]
    [InlineData("""{ "deadlineSeconds": 0 }""", "$.deadlineSeconds is 0.1 to 3600 seconds, not 0")]
    [InlineData("""{ "partition": 1 }""", "$.partition is an object with the keys of the configuration")]
    [InlineData("""{ "partition": { "vps": 0 } }""", "$.partition.vps is a whole number from 1 to 16, not '0'")]
    [InlineData("""{ "partition": { "backend": null } }""", "$.partition.backend is null")]
    [InlineData("""{ "partition": { "vps": 1, "Vps": 2 } }""", "$.partition.Vps is given twice")]
    [InlineData("""{ "partition": { "a:b": 1 } }""", "$.partition.a:b has a ':' in its name")]
    [InlineData("""{ "partition": { "guest": { "kind": "windows" } } }""", "$.partition.guest.kind is demo, none or file")]
    [InlineData("""{ "partition": { "guest": { "path": "missing" } } }""", "$.partition.guest.path names no file")]
    [InlineData("""{ "partition": { "ports": [ { "connectionId": "0x1", "handler": "echo" }, { "connectionId": "x", "handler": "echo" } ] } }""", "$.partition.ports[1].connectionId is a number of 24 bits")]
    [InlineData("""{ "rules": {} }""", "$.rules is a list, not an object")]
    [InlineData("""{ "rules": [ 1 ] }""", "$.rules[0] is an object, not 1")]
    [InlineData("""{ "rules": [ { "id": "r", "mach": {} } ] }""", "$.rules[0].mach is no member; did you mean match?")]
    [InlineData("""{ "rules": [ { "id": "r", "match": { "conections": [] } } ] }""", "$.rules[0].match.conections is no member; did you mean connections?")]
    [InlineData("""{ "rules": [ { "id": "r", "match": { "minSize": "x" } } ] }""", "$.rules[0].match.minSize is a whole number of 32 bits, not 'x'")]
    [InlineData("""{ "rules": [ { "id": "r", "arm": "yes" } ] }""", "$.rules[0].arm is true or false, not 'yes'")]
    [InlineData("""{ "rules": [ { "id": "r", "trigger": { "nth": 3 } } ] }""", "$.rules[0].trigger.nth is a list, not 3")]
    [InlineData("""{ "rules": [ { "id": "r", "match": { "matchAll": true }, "action": { "kind": "explode" } } ] }""", "$.rules[0].action.kind is status, statusAfter, drop")]
    [InlineData("""{ "rules": [ { "match": { "matchAll": true }, "action": { "kind": "verify" } } ] }""", "$.rules[0].id is missing")]
    [InlineData("""{ "scenarios": "nobody" }""", "$.scenarios is a file, or one of dropped-doorbell")]
    [InlineData("""{ "scenarios": ["./missing.json"] }""", "$.scenarios[0] ")]
    [InlineData("""{ "steps": [ {} ] }""", "$.steps[0].when or something to do or to expect is needed")]
    [InlineData("""{ "steps": [ { "arm": "r" } ] }""", "$.steps[0].arm names no rule of this experiment: 'r'")]
    [InlineData("""{ "steps": [ { "withinSeconds": 3, "type": "x" } ] }""", "$.steps[0].withinSeconds belongs to \"when\"")]
    [InlineData("""{ "steps": [ { "killSwitch": "on" } ] }""", "$.steps[0].killSwitch is engage, release, not 'on'")]
    [InlineData("""{ "steps": [ { "post": { } } ] }""", "$.steps[0].post.connection is missing")]
    [InlineData("""{ "steps": [ { "signal": { "connection": 1, "flag": 65536 } } ] }""", "$.steps[0].signal.flag is a whole number from 0 to 65535")]
    [InlineData("""{ "steps": [ { "when": { } } ] }""", "$.steps[0].when has exactly one of serial, serialMatches, events")]
    [InlineData("""{ "steps": [ { "when": { "serial": "x", "events": "y" } } ] }""", "$.steps[0].when has exactly one of")]
    [InlineData("""{ "steps": [ { "when": { "serial": "x", "withinSeconds": 1 } } ] }""", "$.steps[0].when.withinSeconds is no member")]
    [InlineData("""{ "expect": { "afterSeconds": 1 } }""", "$.expect.afterSeconds is for \"when\"")]
    [InlineData("""{ "expect": { "serialMatches": "(" } }""", "$.expect.serialMatches is no regular expression")]
    [InlineData("""{ "expect": { "events": "knd:post" } }""", "$.expect.events is no filter: No such key")]
    [InlineData("""{ "expect": { "metric": "a{b}" } }""", "$.expect.metric is a name as in /metrics")]
    [InlineData("""{ "expect": { "metric": "a", "labels": [] } }""", "$.expect.labels is an object")]
    [InlineData("""{ "expect": { "rule": "r" } }""", "$.expect.rule names no rule of this experiment: 'r'")]
    [InlineData("""{ "expect": { "port": "x" } }""", "$.expect.port is a whole number from 0 to 0xffffffff")]
    [InlineData("""{ "expect": { "vmbus": "state" } }""", "$.expect.vmbus is a place such as /connection/version")]
    [InlineData("""{ "expect": { "guest": "dead" } }""", "$.expect.guest is created, running, ended, failed, stopped, not 'dead'")]
    [InlineData("""{ "expect": { "get": "../../audit" } }""", "$.expect.get is a path of the API below the partition")]
    [InlineData("""{ "expect": { "get": "/vmbus" } }""", "$.expect.get is a path of the API below the partition")]
    [InlineData("""{ "expect": { "explain": 1, "operation": "call" } }""", "$.expect.operation is post, signal, not 'call'")]
    [InlineData("""{ "expect": { "explainSint": 16 } }""", "$.expect.explainSint is a whole number from 0 to 15")]
    [InlineData("""{ "expect": { "serial": "x", "atLeast": "3" } }""", "$.expect.atLeast is a number, not '3'")]
    [InlineData("""{ "expect": { "serial": "x", "oneOf": [] } }""", "$.expect.oneOf is a list of values")]
    [InlineData("""{ "expect": { "serial": "x", "exists": 1 } }""", "$.expect.exists is true or false")]
    [InlineData("""{ "expect": { "serial": "x", "equal": 1 } }""", "$.expect.equal is no member; did you mean equals?")]
    public void Read_OneMistake_IsToldWithItsPath(string text, string expected)
    {
        using var file = new ExperimentFile(text);

        Assert.Null(file.Read(out var mistakes));

        Assert.StartsWith(expected, Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyMistakes_AreToldAtOnce()
    {
        using var file = new ExperimentFile("""
            {
              "nmae": "x",
              "partition": { "vps": 99, "memory": 1 },
              "rules": [ { "id": "r", "match": { "operation": "post", "vtl": 9 }, "action": { "kind": "delay" } } ],
              "steps": [ { "when": { "rule": "q" } }, { "arm": ["r", "s"] } ],
              "expect": [ { "serial": "ok" }, { "event": "kind:post" } ]
            }
            """);

        Assert.Null(file.Read(out var mistakes));

        Assert.Equal(
            ["$.expect[1]", "$.nmae", "$.partition.memory", "$.partition.vps", "$.rules[0].action.delayMicroseconds", "$.rules[0].match.operation", "$.rules[0].match.vtl", "$.steps[0].when.rule", "$.steps[1].arm"],
            mistakes.Select(static m => m.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_RuleThatNoStepArms_IsArmedAtTheStart()
    {
        using var file = new ExperimentFile($$"""
            { "rules": [ {{Rule}}, {{Rule.Replace("\"r\"", "\"later\"", StringComparison.Ordinal)}} ], "seed": 7, "steps": [ { "arm": "later", "expect": { "rule": "r" } } ] }
            """);

        var experiment = file.Read(out var mistakes);

        Assert.Empty(mistakes);
        Assert.Equal([true, false], experiment!.Rules.Select(experiment.IsArmedAtStart));
        Assert.All(experiment.Rules, r => Assert.Equal(("0x7", "experiment experiment"), (r.Seed, r.Reason)));
    }

    [Fact]
    public void Read_CommandLine_WinsOverTheFile()
    {
        using var file = new ExperimentFile("""{ "seed": 1, "partition": { "guest": { "path": "gone", "initrd": ["a", "b"] } }, "expect": { "serial": "x" } }""");
        var guest = file.Path;

        var experiment = file.Read(out var mistakes, new ExperimentOverrides
        {
            Guest = guest, Initrd = guest, Append = "quiet", Backend = "emulated", Seed = 9, Deadline = TimeSpan.FromSeconds(3),
        });

        Assert.Empty(mistakes);
        Assert.Equal((9UL, 3), (experiment!.Seed, experiment.Deadline.TotalSeconds));
        Assert.Equal(guest, experiment.Configuration["Synic:Partitions:0:Guest:Initrd"]);
        Assert.Equal("quiet", experiment.Configuration["Synic:Partitions:0:Guest:Append"]);
    }

    [Fact]
    public void Read_FilesOfTheGuest_AreMeantFromTheExperimentsFolder()
    {
        using var file = new ExperimentFile("""{ "partition": { "guest": { "path": "kernel" } }, "expect": { "serial": "x" } }""");
        File.WriteAllText(file.Beside("kernel"), "");

        Assert.Equal(file.Beside("kernel"), file.Read(out _)!.Configuration["Synic:Partitions:0:Guest:Path"]);
    }
}
