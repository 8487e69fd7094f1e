using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Synic.Inspection;
using static Synic.Daemon.Tests.Inspection.TreeExtensions;

namespace Synic.Daemon.Tests.Inspection;

public sealed class InspectChangeTests
{
    private const string Level = Tree + "/test/level";

    private int _level = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Change_WithoutToken_IsRefused()
    {
        await using var daemon = await StartAsync();

        using var response = await daemon.Viewer.PatchAsync(Level, Json("""{"value":"4"}"""), Cancellation);

        await response.AssertProblemAsync(401, "not_authenticated");
        Assert.Equal(3, _level);
    }

    [Fact]
    public async Task Change_WithoutLab_IsRefused()
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:Lab", "false"));
        daemon.Grow(Mutable);

        using var response = await daemon.Operator.PatchAsync(Level, Json("""{"value":"4"}"""), Cancellation);

        await response.AssertProblemAsync(403, "injection_disabled");
        Assert.Equal(3, _level);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"value":null}""")]
    [InlineData("""{"value":4}""")]
    [InlineData("""{"value":"4","force":true}""")]
    public async Task Change_BadBody_ChangesNothing(string body)
    {
        await using var daemon = await StartAsync();

        using var response = await daemon.Operator.PatchAsync(Level, Json(body), Cancellation);

        await response.AssertProblemAsync(400, "invalid_request");
        Assert.Equal(3, _level);
    }

    [Theory]
    [InlineData("process/version", 409, "node_immutable")]
    [InlineData("process", 409, "node_immutable")]
    [InlineData("", 409, "node_immutable")]
    [InlineData("test/broken", 409, "node_immutable")]
    [InlineData("test/throws", 422, "value_rejected")]
    [InlineData("test/levels", 404, "path_not_found")]
    [InlineData("test/level/x", 404, "path_not_found")]
    [InlineData("test/%02", 400, "invalid_path")]
    [InlineData("test/level?timeoutMs=0", 400, "invalid_request")]
    public async Task Change_WhatCannotBeChanged_SaysWhy(string path, int status, string code)
    {
        await using var daemon = await StartAsync();

        using var response = await daemon.Operator.PatchAsync($"{Tree}/{path}", Json("""{"value":"4"}"""), Cancellation);

        await response.AssertProblemAsync(status, code);
        Assert.Equal(3, _level);
    }

    [Theory]
    [InlineData("10")]
    [InlineData("")]
    [InlineData("many")]
    [InlineData("\\u0000")]
    public async Task Change_BadValue_NamesTheRange(string value)
    {
        await using var daemon = await StartAsync();

        using var response = await daemon.Operator.PatchAsync(Level, Json($$"""{"value":"{{value}}"}"""), Cancellation);

        var problem = await response.AssertProblemAsync(422, "value_rejected");
        Assert.Contains("1 to 9", problem["errors"]!["value"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(3, _level);
    }

    [Fact]
    public async Task Change_NodeThatDoesNotAnswer_IsADeadline()
    {
        await using var daemon = await StartAsync();
        using var gate = new ManualResetEventSlim();
        daemon.Grow(node => node.Mutable("slow", 1, InspectTraits.Safe, _ =>
        {
            gate.Wait(Cancellation);
            return InspectUpdate.Accepted(2);
        }));

        using var response = await daemon.Operator.PatchAsync($"{Tree}/test/slow?timeoutMs=50", Json("""{"value":"2"}"""), Cancellation);

        await response.AssertProblemAsync(504, "deadline_exceeded");
        gate.Set();
    }

    [Fact]
    public async Task Change_Taken_AnswersOldAndNewAndIsWrittenDown()
    {
        var audit = new RecordingAudit();
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Services.GetRequiredService<ILoggerFactory>().AddProvider(audit);
        daemon.Grow(Mutable);

        using var response = await daemon.Operator.PatchAsync(Level, Json("""{"value":"4"}"""), Cancellation);

        var answer = await response.ReadAsync();
        Assert.Equal(("test/level", 3, 4), ((string?)answer["path"], (int)answer["old"]!["value"]!, (int)answer["new"]!["value"]!));
        Assert.Equal(4, _level);
        Assert.Equal(
            [
                "inspect.change by start token from 127.0.0.1: demo/inspect/test/level: asked (reason: , before: , after: )",
                "inspect.change by start token from 127.0.0.1: demo/inspect/test/level: done (reason: , before: 3, after: 4)",
            ],
            audit.Lines);
    }

    [Fact]
    public async Task Change_Refused_IsWrittenDownToo()
    {
        var audit = new RecordingAudit();
        await using var daemon = await StartAsync();
        daemon.Services.GetRequiredService<ILoggerFactory>().AddProvider(audit);

        using var response = await daemon.Operator.PatchAsync(Level, Json("""{"value":"10"}"""), Cancellation);

        Assert.Equal(2, audit.Lines.Count);
        Assert.Contains("value_rejected", audit.Lines[^1], StringComparison.Ordinal);
    }

    private async Task<TestDaemon> StartAsync()
    {
        var daemon = await TestDaemon.StartAsync();
        daemon.Grow(Mutable);
        return daemon;
    }

    private void Mutable(InspectResponse node)
    {
        node.Mutable("level", _level, InspectTraits.Safe with { Range = "1 to 9" }, text =>
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var level) || level is < 1 or > 9)
            {
                return InspectUpdate.Rejected("it is no such level");
            }

            _level = level;
            return InspectUpdate.Accepted(level);
        });
        node.Mutable("throws", 1, InspectTraits.Safe, static _ => throw new InvalidOperationException("broken on purpose"));
        node.Child("broken", static _ => throw new InvalidOperationException("broken on purpose"));
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private sealed class RecordingAudit : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == "Audit")
            {
                lock (Lines)
                {
                    Lines.Add(formatter(state, exception));
                }
            }
        }

        public void Dispose()
        {
        }
    }
}
