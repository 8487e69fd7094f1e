using Synic.Dashboard.Model;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Model;

public sealed class RateHistoryTests
{
    [Fact]
    public void Add_MoreThanAMinute_ForgetsTheOldest()
    {
        var history = new RateHistory();
        for (var i = 1; i <= RateHistory.Capacity + 5; i++)
        {
            history.Add(i);
        }

        Assert.Equal(Enumerable.Range(6, RateHistory.Capacity).Select(i => (double)i), history.Points);
        Assert.Equal(65, history.Maximum);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void Add_WhatIsNoRate_CountsAsZero(double value)
    {
        var history = new RateHistory();

        history.Add(value);

        Assert.Equal([0.0], history.Points);
    }

    [Fact]
    public void BeginRound_FourSnapshotsASecond_OnePointASecond()
    {
        var histories = new RateHistories<int>();

        var due = Enumerable.Range(0, 9).Select(i => histories.BeginRound(Some.Now.AddMilliseconds(250 * i)));

        Assert.Equal([true, false, false, false, true, false, false, false, true], due);
    }

    [Fact]
    public void BeginRound_SeriesNobodyLooksAt_IsLetGo()
    {
        var histories = new RateHistories<int>();
        histories.Watch(1);
        for (var i = 0; i < 200; i++)
        {
            histories.BeginRound(Some.Now.AddSeconds(i));
            histories.Watch(2);
            histories.Add(1, 5);
        }

        Assert.Equal(1, histories.Count);
    }

    [Fact]
    public void Add_AfterAGap_BeginsAnew()
    {
        var histories = new RateHistories<int>();
        histories.Watch(1);
        for (var i = 0; i < 10; i++)
        {
            histories.BeginRound(Some.Now.AddSeconds(i));
            if (i is < 3 or > 7)
            {
                histories.Add(1, i);
            }
        }

        Assert.Equal([8.0, 9.0], histories.Watch(1).Points);
    }

    [Fact]
    public void Line_NewestAtTheRightZeroAtTheBottom() =>
        Assert.Equal("M57 9L58 5L59 1", SparkPath.Line([0, 5, 10], 3, 10, 59, 10));

    [Fact]
    public void Line_AllZero_IsFlatAtTheBottom() => Assert.Equal("M58 9L59 9", SparkPath.Line([0, 0], 2, 0, 59, 10));

    [Fact]
    public void Area_NoPoints_IsEmpty() => Assert.Equal("", SparkPath.Area("", 0, 59, 10));

    [Fact]
    public void Area_Points_IsClosedAlongTheBottom() =>
        Assert.Equal("M58 9L59 1L59 10L58 10Z", SparkPath.Area("M58 9L59 1", 2, 59, 10));
}
