using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Frame;

public sealed class ViewerPaceTests : DashboardTest
{
    private static CancellationToken Cancellation => Xunit.TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("0.001")]
    [InlineData("<script>")]
    [InlineData("")]
    public async Task LoadAsync_BrowserKeptSomethingElse_StaysAsItIs(string kept)
    {
        JSInterop.Setup<string?>("synic.read", "refresh").SetResult(kept);
        using var pace = Pace();

        await pace.LoadAsync();

        Assert.Equal(1, pace.Seconds);
    }

    [Fact]
    public async Task LoadAsync_BrowserRemembers_TakesIt()
    {
        JSInterop.Setup<string?>("synic.read", "refresh").SetResult("0.5");
        using var pace = Pace();
        var told = 0;
        pace.Changed += () => told++;

        await pace.LoadAsync();
        await pace.LoadAsync();

        Assert.Equal((0.5, 1), (pace.Seconds, told));
    }

    [Fact]
    public async Task ChooseAsync_Known_IsRemembered()
    {
        using var pace = Pace();

        await pace.ChooseAsync(0.5);

        Assert.Equal(["refresh", "0.5"], JSInterop.Invocations["synic.write"].Single().Arguments);
    }

    [Fact]
    public async Task TurnAsync_PartsThatComeTogether_ShareATurn()
    {
        using var pace = Pace();
        await pace.TurnAsync(Cancellation);

        Assert.True(pace.TurnAsync(Cancellation).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task TurnAsync_WithinAQuarterSecond_WaitsForItsEnd()
    {
        using var pace = Pace();
        await pace.TurnAsync(Cancellation);
        Time.Advance(TimeSpan.FromMilliseconds(50));

        var second = pace.TurnAsync(Cancellation).AsTask();
        Time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.False(second.IsCompleted);

        Time.Advance(TimeSpan.FromMilliseconds(1));
        await second;
        Time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.False(pace.TurnAsync(Cancellation).AsTask().IsCompleted); // a new turn has begun
    }

    [Fact]
    public async Task RestAsync_Off_EndsWhenAskedFor()
    {
        using var pace = Pace();
        await pace.ChooseAsync(0);
        var rest = pace.RestAsync(Cancellation).AsTask();
        Time.Advance(TimeSpan.FromDays(1));
        Assert.False(rest.IsCompleted);

        pace.Now();

        await rest;
    }

    [Fact]
    public async Task RestAsync_AnotherChoice_EndsTheOldWait()
    {
        using var pace = Pace();
        await pace.ChooseAsync(10);
        var rest = pace.RestAsync(Cancellation).AsTask();

        await pace.ChooseAsync(0.5);

        await rest;
    }

    [Fact]
    public async Task RestAsync_PageCloses_IsCancelled()
    {
        using var pace = Pace();
        using var closing = new CancellationTokenSource();
        var rest = pace.RestAsync(closing.Token).AsTask();

        await closing.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rest);
    }

    private ViewerPace Pace() => new(Services.GetRequiredService<ViewerStore>(), Time);
}
