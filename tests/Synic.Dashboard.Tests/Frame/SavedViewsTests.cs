using System.Text.Json;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Frame;

public sealed class SavedViewsTests : DashboardTest
{
    [Theory]
    [InlineData("not json")]
    [InlineData("[1,2]")]
    [InlineData("""{"x":5}""")]
    [InlineData("""{"evil":"//other.example/","b":"javascript:alert(1)","":"?a","c":null}""")]
    public async Task LoadAsync_BrowserKeptSomethingElse_IsNoView(string kept)
    {
        JSInterop.Setup<string?>("synic.read", "views.ports").SetResult(kept);
        var views = Views();

        await views.LoadAsync();

        Assert.Empty(views.All);
    }

    [Fact]
    public async Task SaveAsync_ThenRemove_IsKeptByTheBrowser()
    {
        var views = Views();

        Assert.Null(await views.SaveAsync(" Failing <b> ", "?filter=failures%3A%3E0"));
        Assert.Equal("""{"Failing \u003Cb\u003E":"?filter=failures%3A%3E0"}""", Kept());

        await views.RemoveAsync("failing <b>");
        Assert.Equal("{}", Kept());
    }

    [Fact]
    public async Task SaveAsync_NoNameOrTooMany_SaysSo()
    {
        var views = Views();
        Assert.NotNull(await views.SaveAsync("  ", "?a=b"));
        Assert.NotNull(await views.SaveAsync(new string('x', 61), "?a=b"));
        for (var i = 0; i < SavedViews.MaxViews; i++)
        {
            Assert.Null(await views.SaveAsync($"{i}", "?a=b"));
        }

        Assert.Contains("50", await views.SaveAsync("one more", "?a=b"), StringComparison.Ordinal);
        Assert.Null(await views.SaveAsync("7", "?a=c"));
        Assert.Equal("?a=c", JsonSerializer.Deserialize<Dictionary<string, string>>(Kept()!)!["7"]);
    }

    private string? Kept() => (string?)JSInterop.Invocations["synic.write"][^1].Arguments[1];

    private SavedViews Views() => new(Services.GetRequiredService<ViewerStore>(), "ports");
}
