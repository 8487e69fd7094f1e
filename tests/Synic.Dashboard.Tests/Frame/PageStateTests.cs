using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Frame;

public sealed class PageStateTests : DashboardTest
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    private PageState State => Services.GetRequiredService<PageState>();

    [Fact]
    public void Set_HostileText_ComesBackAsItWas()
    {
        const string Hostile = "a&b=c#d?e +%00\"<script> ü";

        State.Set("filter", Hostile);

        Assert.Equal(Hostile, State["filter"]);
        using var reloaded = new PageState(Navigation);
        Assert.Equal(Hostile, reloaded["filter"]);
    }

    [Theory]
    [InlineData("/?a")]
    [InlineData("/?a=")]
    [InlineData("/?=b&&")]
    public void Read_NothingSaid_IsNotThere(string address)
    {
        Navigation.NavigateTo(address);

        Assert.Null(State["a"]);
    }

    [Fact]
    public void Set_Null_LeavesTheOthersAlone()
    {
        Navigation.NavigateTo("/?tab=sints&filter=x");

        State.Set("filter", null);

        Assert.EndsWith("/?tab=sints", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Set_Same_DoesNotNavigate()
    {
        Navigation.NavigateTo("/?filter=x");
        _ = State;
        var navigated = 0;
        Navigation.LocationChanged += (_, _) => navigated++;

        State.Set("filter", "x");

        Assert.Equal(0, navigated);
    }

    [Fact]
    public void Changed_OwnChangeAndBackButton_TellsOnlyOfTheLatter()
    {
        var told = 0;
        State.Changed += () => told++;

        State.Set("sort", "-calls", back: true);
        Assert.Equal(0, told);

        Navigation.NavigateTo("/?sort=owner");
        Assert.Equal(1, told);
        Assert.Equal("owner", State["sort"]);
    }

    [Fact]
    public void Set_Back_IsAStepOfTheBackButtonAndTypingIsNot()
    {
        var history = ((Bunit.TestDoubles.BunitNavigationManager)Navigation).History;

        State.Set("filter", "e");
        State.Set("sort", "owner", back: true);

        Assert.Equal([false, true], history.Select(static h => h.Options.ReplaceHistoryEntry));
    }

    [Fact]
    public void Link_OneThingOther_KeepsTheRest()
    {
        Navigation.NavigateTo("/?filter=x&tab=ports");

        Assert.EndsWith("/?filter=x&tab=sints", State.Link("tab", "sints"), StringComparison.Ordinal);
    }
}
