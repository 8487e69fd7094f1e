using Microsoft.Extensions.Time.Testing;
using Synic.Diagnostics;

namespace Synic.Tests.Diagnostics;

public sealed class LogLimiterTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogLimiter _limiter;

    public LogLimiterTests() => _limiter = new LogLimiter(TimeSpan.FromSeconds(10), _time);

    [Fact]
    public void TryAcquire_ManyInOneInterval_LetsOneThroughAndCountsTheRest()
    {
        Assert.True(_limiter.TryAcquire(out var first));
        for (var i = 0; i < 1000; i++)
        {
            Assert.False(_limiter.TryAcquire(out var refused));
            Assert.Equal(0, refused);
        }

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.True(_limiter.TryAcquire(out var suppressed));
        Assert.Equal((0, 1000), (first, suppressed));
    }

    [Fact]
    public void TryAcquire_JustBeforeTheInterval_IsRefused()
    {
        _limiter.TryAcquire(out _);
        _time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));

        Assert.False(_limiter.TryAcquire(out _));
    }

    [Fact]
    public void Interval_MadeShorter_CountsAtOnce()
    {
        _limiter.TryAcquire(out _);
        _limiter.Interval = TimeSpan.FromSeconds(1);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(_limiter.TryAcquire(out _));
    }

    [Fact]
    public void TryAcquire_AfterALongPause_AllowsNoBurst()
    {
        _limiter.TryAcquire(out _);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.True(_limiter.TryAcquire(out _));
        Assert.False(_limiter.TryAcquire(out _));
    }

    [Fact]
    public async Task TryAcquire_FromManyThreads_LetsOneThrough()
    {
        var workers = Enumerable.Range(0, 16).Select(_ => Task.Run(
            () => _limiter.TryAcquire(out var _), TestContext.Current.CancellationToken));

        var acquired = await Task.WhenAll(workers);

        Assert.Single(acquired, a => a);
    }
}
