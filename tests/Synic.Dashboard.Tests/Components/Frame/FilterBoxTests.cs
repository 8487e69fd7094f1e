using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts.Filters;
using Synic.Dashboard.Components.Frame;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components.Frame;

public sealed class FilterBoxTests : DashboardTest
{
    private RowFilter<IEventFilterRow>? _filter;

    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void Render_HostileFilterInTheAddress_IsTextAndAMistake()
    {
        var box = Show("<script>alert(1)</script>: -\"");

        Assert.Empty(box.FindAll("script"));
        Assert.Equal("true", box.Find("input").GetAttribute("aria-invalid"));
    }

    [Fact]
    public void Error_UnknownKey_ShowsItsPlaceAndTheNearestAndCorrectsIt()
    {
        var box = Show("echo -knid:post");
        Assert.Equal("-knid:post", box.Find(".filter-place mark").TextContent);
        Assert.Contains("at position 6", box.Find(".filter-error").TextContent, StringComparison.Ordinal);

        box.Find(".filter-error button").Click();

        Assert.Equal("echo -kind:post", Value(box));
        Assert.Empty(box.FindAll(".filter-error button"));
    }

    [Fact]
    public void Error_WrongValue_NamesThePositionToo()
    {
        var box = Show("kind:pst");

        Assert.Contains("Position 6", box.Find(".filter-error").TextContent, StringComparison.Ordinal);
        box.Find(".filter-error button").Click();
        Assert.Equal("kind:post", Value(box));
    }

    [Fact]
    public void Chip_SwitchedOffAndOn_KeepsTheTermAndFiltersWithoutIt()
    {
        var box = Show("kind:post owner:\"my  tool\" echo");

        Chip(box, "owner:\"my  tool\"").Click();
        Assert.Equal("kind:post echo", Value(box));
        Assert.Equal(2, _filter!.Expression.Terms.Count);
        Assert.Equal("false", Chip(box, "owner:\"my  tool\" (off)").GetAttribute("aria-pressed"));
        Assert.Contains("filter.off=", Navigation.Uri, StringComparison.Ordinal);

        Chip(box, "owner:\"my  tool\" (off)").Click();
        Assert.Equal("kind:post echo owner:\"my  tool\"", Value(box));
        Assert.DoesNotContain("filter.off", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Chip_OneOfTwoAlikeRemoved_TheOtherStays()
    {
        var box = Show("echo echo kind:post");

        box.FindAll(".chip-forget")[0].Click();

        Assert.Equal("echo kind:post", Value(box));
    }

    [Fact]
    public void Chip_OffAndRemoved_IsForgotten()
    {
        Navigation.NavigateTo("/?filter.off=kind%3Apost%20echo");
        var box = Show(null);

        box.FindAll(".chip-forget")[0].Click();

        Assert.Equal(["echo (off)"], box.FindAll(".chip-term").Select(static c => c.TextContent));
    }

    [Fact]
    public void Render_BackButton_ShowsAndTellsTheEarlierFilter()
    {
        var box = Show("kind:post");

        Navigation.NavigateTo("/?filter=kind%3Asignal");

        box.WaitForAssertion(() => Assert.Equal("kind:signal", Value(box)));
        Assert.Equal("kind:signal", _filter!.Expression.ToString());
    }

    [Fact]
    public async Task AddAsync_TermIsThereAlready_IsNotThereTwice()
    {
        var box = Show("kind:post");

        await box.InvokeAsync(() => box.Instance.AddAsync(FilterTerm.Exactly("owner", "a b", negated: true)));
        await box.InvokeAsync(() => box.Instance.AddAsync(FilterTerm.Exactly("owner", "a b", negated: true)));

        Assert.Equal("kind:post -owner:=\"a b\"", Value(box));
    }

    private static string? Value(IRenderedComponent<FilterBox<IEventFilterRow>> box) => box.Find("input").GetAttribute("value");

    private static AngleSharp.Dom.IElement Chip(IRenderedComponent<FilterBox<IEventFilterRow>> box, string term) =>
        box.FindAll(".chip-term").Single(c => c.TextContent == term);

    private IRenderedComponent<FilterBox<IEventFilterRow>> Show(string? filter)
    {
        if (filter is not null)
        {
            Services.GetRequiredService<PageState>().Set("filter", filter);
        }

        return Render<FilterBox<IEventFilterRow>>(p => p
            .Add(b => b.Table, EventFilters.Table)
            .Add(b => b.Label, "Filter events")
            .Add(b => b.OnFilter, f => _filter = f));
    }
}
