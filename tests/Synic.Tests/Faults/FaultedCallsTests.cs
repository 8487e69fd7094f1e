using Synic.Backends;
using Synic.Contracts;
using Synic.Diagnostics;
using Synic.Hv;
using Synic.Memory;
using Synic.Monitors;
using Synic.Ports;
using Synic.Tests.Ports;

namespace Synic.Tests.Faults;

/// <summary>What rules do to the calls that a guest makes.</summary>
public sealed class FaultedCallsTests : IDisposable
{
    private static readonly int s_busy = FailureStatus.IndexOf(HvStatus.InsufficientBuffers);

    private readonly FaultRig _rig = new();
    private readonly TestMessagePort _messages = new();
    private readonly TestEventPort _events = new();
    private readonly ConnectionId _event = new(0x2002);

    public FaultedCallsTests()
    {
        _rig.Ports.AddMessagePort(FaultRig.Connection, Vtl.Vtl0, _messages, "test");
        _rig.Ports.AddEventPort(_event, Vtl.Vtl0, _events, "test");
    }

    private DispatchCounters Counters => _rig.Context.Counters;

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void PostMessage_MalformedCall_IsRefusedAsEverAndNoRuleSeesIt()
    {
        Put("drop", "post_message");

        Assert.Equal(HvStatus.InvalidParameter, Post(new byte[241]));
        Assert.Equal(HvStatus.InvalidParameter, _rig.Calls.PostMessage(_rig.Context, Vtl.Vtl0, FaultRig.Connection, type: 0, [1]));
        Assert.Equal(0, _rig.Rules.Get("rule").Matches);
    }

    [Fact]
    public void PostMessage_StatusRule_AnswersWithoutAskingThePort()
    {
        Put("status", "post_message", new FaultActionSpec { Kind = "status", Status = "insufficient_buffers" });

        Assert.Equal(HvStatus.InsufficientBuffers, Post([1]));

        Assert.Empty(_messages.Messages);
        Assert.Equal(1, Counters.PostCalls(Vtl.Vtl0));
        Assert.Equal(1, Counters.InjectedPostFailures(s_busy));
        Assert.Equal(0, Counters.PostFailures(s_busy));
        Assert.Equal("rule", _rig.Context.InjectedBy?.Id);
    }

    [Fact]
    public void PostMessage_UnknownConnection_CanBeGivenAnotherStatus()
    {
        _rig.Put(FaultRig.Spec("status") with
        {
            Match = new FaultMatchSpec { Operation = "post_message", Connections = ["0x7777"] },
            Action = new FaultActionSpec { Kind = "status", Status = "0x08" },
        });

        Assert.Equal(HvStatus.OperationDenied, _rig.Calls.PostMessage(_rig.Context, Vtl.Vtl0, new ConnectionId(0x7777), 1, [1]));
    }

    [Fact]
    public void PostMessage_StatusAfterRule_CallsThePortAllTheSame()
    {
        Put("statusAfter", "post_message", new FaultActionSpec { Kind = "statusAfter", Status = "insufficient_buffers" });

        Assert.Equal(HvStatus.InsufficientBuffers, Post([1]));

        Assert.Single(_messages.Messages);
        Assert.Equal(1, Counters.InjectedPostFailures(s_busy));
    }

    [Fact]
    public void PostMessage_StatusAfterRuleOnACallThatFails_CountsOneFailure()
    {
        _messages.Full = true;
        Put("statusAfter", "post_message", new FaultActionSpec { Kind = "statusAfter", Status = "timeout" });

        Assert.Equal(HvStatus.Timeout, Post([1]));

        Assert.Equal(1, Counters.PostFailures(s_busy));
        Assert.All(Enumerable.Range(0, FailureStatus.Count), status => Assert.Equal(0, Counters.InjectedPostFailures(status)));
    }

    [Fact]
    public void PostMessage_DropRule_SaysSuccessAndDoesNothing()
    {
        Put("drop", "post_message");

        Assert.Equal(HvStatus.Success, Post([1]));
        Assert.Empty(_messages.Messages);
        Assert.Equal(1, Counters.PostCalls(Vtl.Vtl0));
    }

    [Fact]
    public void PostMessage_ThirdIsBusyTwice_ThenWorks()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { Nth = [3] }) with { Action = new FaultActionSpec { Kind = "busy", Count = 2 } });

        var statuses = Enumerable.Range(0, 6).Select(_ => Post([1])).ToList();

        Assert.Equal(
            [HvStatus.Success, HvStatus.Success, HvStatus.InsufficientBuffers, HvStatus.InsufficientBuffers, HvStatus.Success, HvStatus.Success],
            statuses);
    }

    [Fact]
    public void PostMessage_DuplicateRule_CallsThePortSoOftenMore()
    {
        Put("duplicate", "post_message", new FaultActionSpec { Kind = "duplicate", Count = 2 });

        Assert.Equal(HvStatus.Success, Post([7]));

        Assert.Equal(3, _messages.Messages.Count);
        Assert.All(_messages.Messages, m => Assert.Equal([7], m.Payload));
    }

    [Fact]
    public void PostMessage_CorruptRule_ChangesACopy()
    {
        byte[] sent = [1, 2, 3, 4];
        Put("corrupt", "post_message", new FaultActionSpec { Kind = "corrupt", Offset = 1, Xor = "ff0fff", TruncateTo = 3 });

        Post(sent);

        Assert.Equal([1, 0xFD, 0x0C], Assert.Single(_messages.Messages).Payload);
        Assert.Equal([1, 2, 3, 4], sent);
    }

    [Fact]
    public void PostMessage_CorruptRuleBehindAShortPayload_ChangesWhatIsThere()
    {
        Put("corrupt", "post_message", new FaultActionSpec { Kind = "corrupt", Offset = 1, Xor = "ffff", TruncateTo = 200 });

        Post([1, 2]);
        Post([]);

        Assert.Equal([1, 0xFD], _messages.Messages[0].Payload);
        Assert.Empty(_messages.Messages[1].Payload);
    }

    [Fact]
    public void PostMessage_VerifyRule_ChangesNothingAndCounts()
    {
        Put("verify", "post_message");

        Assert.Equal(HvStatus.Success, Post([1]));
        Assert.Single(_messages.Messages);
        Assert.Equal(1, _rig.Rules.Get("rule").Hits);
    }

    [Fact]
    public void PostMessage_DryRun_ChangesNothing()
    {
        _rig.Put(FaultRig.Spec("drop") with { DryRun = true });

        Assert.Equal(HvStatus.Success, Post([1]));
        Assert.Single(_messages.Messages);
        Assert.Null(_rig.Context.InjectedBy);
    }

    [Fact]
    public void SignalEvent_DropRule_LosesTheSignal()
    {
        Put("drop", "signal_event");

        Assert.Equal(HvStatus.Success, _rig.Calls.SignalEvent(_rig.Context, Vtl.Vtl0, _event, 3));
        Assert.Empty(_events.Flags);
        Assert.Equal(1, Counters.SignalCalls(Vtl.Vtl0, SignalPath.Hypercall));
    }

    [Fact]
    public void SignalEvent_StatusRule_CountsAnInjectedFailure()
    {
        Put("status", "signal_event", new FaultActionSpec { Kind = "status", Status = "invalid_parameter" });

        Assert.Equal(HvStatus.InvalidParameter, _rig.Calls.SignalEvent(_rig.Context, Vtl.Vtl0, _event, 3));

        var index = FailureStatus.IndexOf(HvStatus.InvalidParameter);
        Assert.Equal(1, Counters.InjectedSignalFailures(index, SignalPath.Hypercall));
        Assert.Equal(0, Counters.SignalFailures(index, SignalPath.Hypercall));
    }

    [Fact]
    public void SignalEvent_DuplicateRule_SignalsSoOftenMore()
    {
        Put("duplicate", "signal_event", new FaultActionSpec { Kind = "duplicate" });

        _rig.Calls.SignalEvent(_rig.Context, Vtl.Vtl0, _event, 3);

        Assert.Equal([3, 3], _events.Flags);
    }

    [Fact]
    public void PostMessage_DelayRule_HoldsOnlyTheVpThatCalled()
    {
        Put("delay", "post_message", new FaultActionSpec { Kind = "delay", DelayMicroseconds = 5000 });
        var other = _rig.Map.CreateContext(new VpIndex(1));
        var status = HvStatus.Timeout;
        var held = new Thread(() => status = Post([1]));
        held.Start();
        SpinWait.SpinUntil(() => _rig.Rules.Get("rule").Active == 1 && (held.ThreadState & ThreadState.WaitSleepJoin) != 0);

        Assert.Equal(HvStatus.Success, _rig.Calls.SignalEvent(other, Vtl.Vtl0, _event, 0));
        Assert.Empty(_messages.Messages);
        _rig.Kill.Engage("enough", "tester");

        Assert.True(held.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal(HvStatus.Success, status);
        Assert.Single(_messages.Messages);
    }

    [Fact]
    public void HandleWrite_DropRuleOnAMonitorId_LosesThatTriggerOnly()
    {
        var memory = new GuestMemory(16 * Gpa.PageSize);
        var monitors = new UserMonitors(memory, 1, trap: null) { Faults = _rig.Point };
        monitors.SetMonitorPages(Vtl.Vtl0, new MonitorPageGpas(Gpa.FromPageNumber(3), Gpa.FromPageNumber(4)));
        using var first = monitors.RegisterMonitor(new MonitorId(0), _event, default);
        using var second = monitors.RegisterMonitor(new MonitorId(1), _event, default);
        _rig.Put(FaultRig.Spec("drop") with { Match = new FaultMatchSpec { Operation = "monitor_trigger", MonitorId = "0" } });
        var page = monitors.Page(Vtl.Vtl0).Pages!.Value.ChildToParent;

        Assert.True(monitors.HandleWrite(_rig.Map, _rig.Context, Vtl.Vtl0, page + HvMonitorPage.TriggerGroupsOffset, [3, 0, 0, 0]));

        Assert.Single(_events.Flags);
        Assert.Equal(1, _rig.Rules.Get("rule").Hits);
        Assert.Equal(2, Counters.SignalCalls(Vtl.Vtl0, SignalPath.Monitor));
    }

    [Fact]
    public void AddEventPort_StatusRule_IsRefusedAndLeavesNoTrace()
    {
        _rig.Put(FaultRig.Spec("status") with
        {
            Match = new FaultMatchSpec { Operation = "port_register", Owner = "lost*" },
            Action = new FaultActionSpec { Kind = "status", Status = "insufficient_memory" },
        });

        var error = Assert.Throws<PortRegistrationException>(() =>
            _rig.Ports.AddEventPort(new ConnectionId(0x3000), Vtl.Vtl0, new TestEventPort(), "lost offer"));

        Assert.Equal(PortRegistrationError.BackendRefused, error.Error);
        Assert.Contains("'rule'", error.Message, StringComparison.Ordinal);
        Assert.False(_rig.Map.TryGet(new ConnectionId(0x3000), out _));
        using var found = _rig.Ports.AddEventPort(new ConnectionId(0x3000), Vtl.Vtl0, new TestEventPort(), "found offer");
    }

    private HvStatus Post(byte[] payload) => _rig.Calls.PostMessage(_rig.Context, Vtl.Vtl0, FaultRig.Connection, 1, payload);

    private void Put(string kind, string operation, FaultActionSpec? action = null) => _rig.Put(FaultRig.Spec(kind) with
    {
        Match = new FaultMatchSpec { Operation = operation }, Action = action ?? new FaultActionSpec { Kind = kind },
    });
}
