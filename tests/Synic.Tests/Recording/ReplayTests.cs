using Synic.Contracts;
using Synic.Hv;
using Synic.Recording;

namespace Synic.Tests.Recording;

public sealed class ReplayTests
{
    private const string Header =
        """{"kind":"header","schemaVersion":1,"dialect":"openvmm","ports":[{"connection":"0x10","kind":"message","generation":1},{"connection":"0x20","kind":"event","minimumVtl":1,"generation":2,"monitorId":3}]}""";

    private const string Start = "\"time\":\"2026-01-01T00:00:00Z\",\"monotonicNs\":0";
    private const string End = """{"kind":"end","state":"stopped","records":1,"dropped":0}""";

    [Theory]
    [InlineData(1, "")]
    [InlineData(1, "\n")]
    [InlineData(1, "{")]
    [InlineData(1, "null")]
    [InlineData(1, "[]")]
    [InlineData(1, "{}")]
    [InlineData(1, """{"kind":"header","schemaVersion":2,"dialect":"openvmm","ports":[]}""")]
    [InlineData(1, """{"kind":"header","schemaVersion":0,"dialect":"openvmm","ports":[]}""")]
    [InlineData(1, """{"kind":"header","schemaVersion":1,"dialect":"klingon","ports":[]}""")]
    [InlineData(1, """{"kind":"header","schemaVersion":1,"dialect":"openvmm","ports":null}""")]
    [InlineData(1, """{"kind":"header","schemaVersion":1,"dialect":"openvmm","ports":[null]}""")]
    [InlineData(1, """{"kind":"header","schemaVersion":1,"dialect":"openvmm","ports":[{"connection":"0x1000000","kind":"event"}]}""")]
    [InlineData(1, """{"kind":"header","schemaVersion":1,"dialect":"openvmm","ports":[{"connection":"1","kind":"event"},{"connection":"0x1","kind":"event"}]}""")]
    [InlineData(1, """{"kind":"header","schemaVersion":1,"dialect":"openvmm","ports":[{"connection":"1","kind":"door"}]}""")]
    [InlineData(1, """{"kind":"header","schemaVersion":1,"dialect":"openvmm","ports":[{"connection":"1","kind":"event","minimumVtl":3}]}""")]
    [InlineData(1, """{"kind":"header","schemaVersion":1,"dialect":"openvmm","ports":[{"connection":"1","kind":"event","monitorId":128}]}""")]
    [InlineData(1, """{"kind":"post","seq":1}""")]
    [InlineData(2, Header + "\n{")]
    [InlineData(2, Header + "\n7")]
    [InlineData(2, Header + "\n{\"kind\":\"post\"}")]
    [InlineData(3, Header + "\n\n{\"kind\":\"signal\",\"seq\":-,")]
    [InlineData(2, Header + "\n{\"kind\":\"signal\",\"seq\":\"1\"," + Start + "}")]
    [InlineData(2, Header + "\n{\"kind\":\"signal\",\"seq\":1," + Start + "}")]
    [InlineData(2, Header + "\n{\"kind\":\"signal\",\"seq\":1,\"status\":\"success\"," + Start + "}")]
    [InlineData(2, Header + "\n{\"kind\":\"signal\",\"seq\":1,\"status\":\"success\",\"connection\":\"0x100000000\"," + Start + "}")]
    [InlineData(2, Header + "\n{\"kind\":\"signal\",\"seq\":1,\"status\":\"success\",\"connection\":\"1\",\"vtl\":3," + Start + "}")]
    [InlineData(2, Header + "\n{\"kind\":\"signal\",\"seq\":1,\"status\":\"success\",\"connection\":\"1\",\"flag\":65536," + Start + "}")]
    [InlineData(2, Header + "\n{\"kind\":\"post\",\"seq\":1,\"status\":\"success\",\"connection\":\"1\",\"size\":65536," + Start + "}")]
    [InlineData(2, Header + "\n{\"kind\":\"post\",\"seq\":1,\"status\":\"success\",\"connection\":\"1\",\"size\":2,\"payload\":\"AAAA\"," + Start + "}")]
    [InlineData(2, Header + "\n{\"kind\":\"post\",\"seq\":1,\"status\":\"success\",\"connection\":\"1\",\"size\":2,\"payload\":\"?\"," + Start + "}")]
    [InlineData(2, Header + "\n{\"kind\":\"monitor.trigger\",\"seq\":1,\"status\":\"success\",\"connection\":\"1\",\"monitorId\":128," + Start + "}")]
    [InlineData(2, Header + "\n{\"kind\":\"port.added\",\"seq\":1,\"connection\":\"1\"," + Start + "}")]
    [InlineData(3, Header + "\n" + End + "\n{\"kind\":\"eom\",\"seq\":1," + Start + "}")]
    [InlineData(2, Header + "\n{\"kind\":\"end\"}")]
    public async Task Run_BadLine_IsToldWithItsNumber(int line, string text)
    {
        var e = await Assert.ThrowsAsync<RecordingFormatException>(() => RunAsync(text));

        Assert.Equal(line, e.Line);
        Assert.NotEqual("", e.Message);
    }

    [Theory]
    [InlineData("post", "0x10", 0, "success", null)]
    [InlineData("post", "0x10", 0, "insufficient_buffers", null)]
    [InlineData("post", "0x10", 0, "operation_failed", null)]
    [InlineData("post", "0x11", 0, "invalid_connection_id", null)]
    [InlineData("post", "0x20", 1, "invalid_connection_id", null)]
    [InlineData("signal", "0x20", 0, "operation_denied", null)]
    [InlineData("signal", "0x20", 1, "success", null)]
    [InlineData("signal", "0x20", 1, "operation_failed", null)]
    // What the recording says of the port only counts where the port is asked.
    [InlineData("post", "0x11", 0, "insufficient_buffers", "invalid_connection_id")]
    [InlineData("post", "0x10", 0, "invalid_connection_id", "success")]
    [InlineData("signal", "0x20", 0, "success", "operation_denied")]
    [InlineData("signal", "0x20", 1, "insufficient_buffers", "success")]
    public async Task Run_OneCall_IsComparedWithWhatItGetsNow(string kind, string connection, int vtl, string recorded, string? actual)
    {
        var report = await RunAsync($$"""
            {{Header}}
            {"kind":"{{kind}}","seq":41,"connection":"{{connection}}","vtl":{{vtl}},"size":4,"messageType":1,"status":"{{recorded}}",{{Start}}}
            {{End}}
            """);

        Assert.Equal((true, 1, 1, actual is null ? 1 : 0), (report.Complete, report.Records, report.Replayed, report.Matched));
        Assert.Equal(actual is null ? [] : [(41L, recorded, actual)], report.Differences.Select(d => (d.Seq, d.Expected, d.Actual)));
    }

    [Fact]
    public async Task Run_PortsThatComeAndGo_AreThereWhenTheCallsAre()
    {
        var report = await RunAsync($$"""
            {{Header}}
            {"kind":"port.added","seq":1,"connection":"0x10","portKind":"message","portGeneration":1,{{Start}}}
            {"kind":"port.removed","seq":2,"connection":"0x10","portGeneration":1,{{Start}}}
            {"kind":"post","seq":3,"connection":"0x10","size":0,"status":"invalid_connection_id",{{Start}}}
            {"kind":"port.added","seq":4,"connection":"0x10","portKind":"event","portGeneration":7,{{Start}}}
            {"kind":"port.removed","seq":5,"connection":"0x10","portGeneration":1,{{Start}}}
            {"kind":"signal","seq":6,"connection":"0x10","status":"success",{{Start}}}
            {"kind":"port.added","seq":7,"connection":"0x10","portKind":"message","portGeneration":9,{{Start}}}
            {"kind":"post","seq":8,"connection":"0x10","size":0,"status":"success",{{Start}}}
            """);

        Assert.Empty(report.Differences);
        Assert.Equal((false, 3), (report.Complete, report.Matched));
    }

    [Fact]
    public async Task Run_MonitorTriggers_GoByTheirIds()
    {
        var report = await RunAsync($$"""
            {{Header}}
            {"kind":"monitor.trigger","seq":1,"monitorId":3,"connection":"0x20","vtl":1,"status":"success",{{Start}}}
            {"kind":"monitor.trigger","seq":2,"monitorId":3,"connection":"0x20","vtl":0,"status":"operation_denied",{{Start}}}
            {"kind":"monitor.trigger","seq":3,"monitorId":4,"status":"invalid_connection_id","reason":"unknown_id",{{Start}}}
            {"kind":"monitor.trigger","seq":4,"status":"invalid_parameter","reason":"outside_area",{{Start}}}
            """);

        Assert.Equal((3, 3), (report.Replayed, report.Matched));
        Assert.Equal(1, report.Skipped["outside_area"]);
    }

    [Fact]
    public async Task Run_WhatCannotBeRepeated_IsCounted()
    {
        var report = await RunAsync($$"""
            {{Header}}
            {"kind":"post","seq":1,"status":"invalid_alignment","reason":"input_block",{{Start}}}
            {"kind":"post","seq":2,"connection":"0x10","size":0,"status":"timeout","injectedBy":"r1",{{Start}}}
            {"kind":"dropped","seq":3,"count":500,"reason":"ring_full",{{Start}}}
            {"kind":"guest.message","seq":4,"status":"delivered",{{Start}}}
            {"kind":"of.tomorrow","seq":5,{{Start}}}
            """);

        Assert.Equal((5, 0, 500L), (report.Records, report.Replayed, report.Dropped));
        Assert.Equal([("injected", 1), ("input_block", 1)], report.Skipped.Select(s => (s.Key, s.Value)).Order());
    }

    [Theory]
    [InlineData(SynicDialect.OpenVmm, 0, "success")]
    [InlineData(SynicDialect.Tlfs, 1, "invalid_parameter")]
    public async Task Run_AnotherDialect_ShowsWhatItWouldAnswer(SynicDialect dialect, int differences, string answer)
    {
        var text = $$"""
            {{Header}}
            {"kind":"post","seq":1,"connection":"0x10","size":8,"messageType":1,"status":"success","reason":"reserved_bits",{{Start}}}
            """;
        using var reader = new StringReader(text);

        var report = await Replay.RunAsync(reader, dialect, TestContext.Current.CancellationToken);

        Assert.Equal((dialect.Name(), differences), (report.Dialect, report.DifferencesTotal));
        Assert.All(report.Differences, d => Assert.Equal(answer, d.Actual));
    }

    [Fact]
    public async Task Run_ThousandsOfDifferences_ListsTheFirst()
    {
        var lines = Enumerable.Range(1, 1500).Select(i => $$"""{"kind":"signal","seq":{{i}},"connection":"0x99","status":"success",{{Start}}}""");

        var report = await RunAsync(Header + "\n" + string.Join('\n', lines));

        Assert.Equal((1500, 1000), (report.DifferencesTotal, report.Differences.Count));
        Assert.Equal("recorded: the port took it; replayed: no_port", report.Differences[0].Reason);
    }

    [Fact]
    public async Task Writer_WhatItWrites_IsRead()
    {
        var header = new RecordingHeader
        {
            SchemaVersion = RecordingHeader.CurrentSchema,
            Dialect = "tlfs",
            Ports = [new RecordedPort { Connection = "0x10", Kind = "message", Generation = 1 }],
        };
        var record = new EventRecord
        {
            Seq = 1, Time = DateTimeOffset.UnixEpoch, MonotonicNs = 0, Kind = "post", Connection = "0x10", Size = 241, MessageType = 1,
            Status = "invalid_parameter",
        };
        string[] lines =
        [
            RecordingWriter.Line(header), RecordingWriter.Line(record), RecordingWriter.Line(new RecordingEnd { State = "stopped", Records = 1 }),
        ];

        var report = await RunAsync(string.Join('\n', lines));

        Assert.Equal((true, 1), (report.Complete, report.Matched));
        Assert.DoesNotContain("null", string.Concat(lines), StringComparison.Ordinal);
    }

    private static async Task<ReplayReport> RunAsync(string text)
    {
        using var reader = new StringReader(text);
        return await Replay.RunAsync(reader, dialect: null, TestContext.Current.CancellationToken);
    }
}
