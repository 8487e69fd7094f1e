using System.Globalization;
using System.Text.Json;
using Synic.Contracts;

namespace Synic.Daemon.Experiments.Reading;

/// <summary>Reads one of the <c>steps</c>.</summary>
internal static class StepReader
{
    /// <summary>The order in which a step does what it says.</summary>
    private static readonly (string Member, ActionKind Kind)[] s_ofRules = [("remove", ActionKind.Remove), ("pause", ActionKind.Pause), ("arm", ActionKind.Arm)];

    private static readonly string[] s_members = ["when", "arm", "pause", "remove", "killSwitch", "type", "post", "signal", "expect"];

    public static ExperimentStep Read(StrictObject step, IReadOnlySet<string> rules, CheckReader checks)
    {
        var read = new ExperimentStep
        {
            Name = step.Text("name"),
            When = checks.ReadAll(step, "when", isWait: true),
            Within = step.Seconds("withinSeconds", 0.001, ExperimentReader.LongestSeconds),
            Actions = ReadActions(step, rules),
            Expect = checks.ReadAll(step, "expect"),
        };
        step.RefuseUnknown();
        if (step.IsObject && !s_members.Any(step.Has))
        {
            step.Mistake("when", "or something to do or to expect is needed: the step is empty");
        }

        if (read.Within is not null && !step.Has("when"))
        {
            step.Mistake("withinSeconds", "belongs to \"when\", which is missing");
        }

        return read;
    }

    private static List<ExperimentAction> ReadActions(StrictObject step, IReadOnlySet<string> rules)
    {
        var actions = new List<ExperimentAction>();
        foreach (var (member, kind) in s_ofRules)
        {
            foreach (var (id, _) in step.Texts(member))
            {
                if (rules.Contains(id))
                {
                    actions.Add(new ExperimentAction(kind, id));
                }
                else
                {
                    step.Mistake(member, $"names no rule of this experiment: '{id}'; there are {(rules.Count == 0 ? "none" : string.Join(", ", rules.Order(StringComparer.Ordinal)))}");
                }
            }
        }

        if (step.Word("killSwitch", "engage", "release") is { } word)
        {
            actions.Add(word == "engage"
                ? new ExperimentAction(ActionKind.EngageKillSwitch, "") { Body = new KillSwitchRequest("a step of the experiment") }
                : new ExperimentAction(ActionKind.ReleaseKillSwitch, ""));
        }

        if (step.Text("type") is { } typed)
        {
            actions.Add(new ExperimentAction(ActionKind.Type, "") { Body = new SerialInputRequest { Text = typed } });
        }

        AddCall(step.Object("post"), ActionKind.Post, actions);
        AddCall(step.Object("signal"), ActionKind.Signal, actions);
        return actions;
    }

    // The guest's part, as the API plays it.
    private static void AddCall(StrictObject? call, ActionKind kind, List<ExperimentAction> actions)
    {
        if (call is null)
        {
            return;
        }

        var connection = call.Whole("connection", uint.MaxValue);
        if (connection is null && !call.Has("connection") && call.IsObject)
        {
            call.Mistake("connection", "is missing");
        }

        var vtl = (int)(call.Whole("vtl", 2) ?? 0);
        var body = new Dictionary<string, object?>(StringComparer.Ordinal) { ["vtl"] = vtl };
        if (kind == ActionKind.Post)
        {
            Add(body, "text", call.Text("text"));
            Add(body, "payload", call.Text("payload"));
            Add(body, "messageType", call.Whole("messageType", uint.MaxValue));
        }
        else
        {
            Add(body, "flag", call.Whole("flag", ushort.MaxValue));
        }

        var status = call.Text("status");
        call.RefuseUnknown();
        actions.Add(new ExperimentAction(kind, string.Create(CultureInfo.InvariantCulture, $"0x{connection:x}"))
        {
            Body = JsonSerializer.SerializeToElement(body), Status = status,
        });
    }

    private static void Add(Dictionary<string, object?> body, string name, object? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }
}
