using Microsoft.Extensions.Time.Testing;
using Synic.Contracts;
using Synic.Faults;
using Synic.Hv;
using Synic.Hypercalls;
using Synic.Ports;
using Synic.Tests.Emulation;
using Synic.Tests.Ports;

namespace Synic.Tests.Faults;

/// <summary>The rules of a partition without a partition, on time that the test moves.</summary>
internal sealed class FaultRig : IDisposable
{
    public static readonly ConnectionId Connection = new(0x2001);

    /// <param name="host">What is not said there is the rig's.</param>
    /// <param name="synic">Whose messages and events the rules may mean; time is its.</param>
    public FaultRig(FaultHost? host = null, SynicRig? synic = null)
    {
        Time = synic?.Time ?? new FakeTimeProvider();
        Point = synic?.Faults ?? new FaultPoint();
        Ports = new SynicPorts(Map, new FakeSynic()) { Faults = Point };
        Calls = new PortHypercalls(Map, new FakeSynic(), SynicDialect.Tlfs, faults: Point);
        Context = Map.CreateContext(new VpIndex(0));
        Kill = new FaultKillSwitch(Time);
        Rules = new FaultRules(
            (host ?? new FaultHost { Point = Point, Map = Map, VpCount = 16 }) with
            {
                Point = Point,
                Map = Map,
                Time = Time,
                ReleaseHeld = () =>
                {
                    Releases++;
                    synic?.Synic.ReleaseHeld();
                },
            },
            Kill);
        Rules.Changed += change =>
        {
            lock (Changes)
            {
                Changes.Add(change);
            }
        };
    }

    public FakeTimeProvider Time { get; }

    public SynicPortMap Map { get; } = new();

    public FaultPoint Point { get; }

    public SynicPorts Ports { get; }

    /// <summary>Of the TLFS dialect, which checks most.</summary>
    public PortHypercalls Calls { get; }

    public DispatchContext Context { get; }

    public FaultKillSwitch Kill { get; }

    public FaultRules Rules { get; }

    public int Releases { get; private set; }

    public List<FaultStateChange> Changes { get; } = [];

    /// <summary>Posts to 0x2001 get INSUFFICIENT_BUFFERS; armed, of seed 42.</summary>
    public static FaultRuleSpec Spec(string action = "busy", FaultTriggerSpec? trigger = null) => new()
    {
        Match = new FaultMatchSpec { Operation = "post_message", Connections = ["0x2001"] },
        Action = new FaultActionSpec { Kind = action, DelayMicroseconds = action == "delay" ? 5000 : null },
        Trigger = trigger,
        Seed = "42",
        Reason = "test",
        AllowHang = true,
        Arm = true,
    };

    public static FaultRule Read(FaultRuleSpec spec, string id = "rule")
    {
        Assert.True(FaultRuleReader.TryRead(spec, id, "tester", out var rule, out var errors), string.Join("; ", errors));
        return rule;
    }

    public FaultRuleView Put(FaultRuleSpec? spec = null, string id = "rule") =>
        Rules.Put(Read(spec ?? Spec(), id), (spec ?? Spec()).Arm);

    public FaultState State(string id = "rule") => Rules.Get(id).State;

    /// <summary>What becomes of a post, asked as the dispatch asks.</summary>
    public FaultEffect Post(ConnectionId? connection = null, uint vp = 0, params byte[] payload) => Decide(new FaultCall
    {
        Operation = FaultOperation.PostMessage,
        Connection = connection ?? Connection,
        Vp = new VpIndex(vp),
        MessageType = 1,
        Payload = payload,
    });

    public FaultEffect Decide(in FaultCall call) =>
        Point.Plan is { } plan && plan.Concerns(call.Operation, call.Connection) ? plan.Decide(in call) : default;

    /// <summary>The numbers, from 1, of so many posts that are hit.</summary>
    public List<int> Hits(int posts)
    {
        var hits = new List<int>();
        for (var i = 1; i <= posts; i++)
        {
            if (Post().Kind != FaultEffectKind.None)
            {
                hits.Add(i);
            }
        }

        return hits;
    }

    /// <summary>Ends the rule: by <c>kill</c>, <c>pause</c>, <c>remove</c>, <c>expire</c> (when that many seconds are over) or <c>dispose</c>.</summary>
    public void End(string how, double seconds = 1)
    {
        switch (how)
        {
            case "kill":
                Kill.Engage("enough", "tester");
                break;
            case "pause":
                Rules.Pause("rule");
                break;
            case "remove":
                Rules.Remove("rule");
                break;
            case "expire":
                Time.Advance(TimeSpan.FromSeconds(seconds));
                break;
            default:
                Rules.Dispose();
                break;
        }
    }

    public static FaultRefusal Refused(Action action) => Assert.Throws<FaultRefusedException>(action).Refusal;

    public void Dispose() => Rules.Dispose();
}
