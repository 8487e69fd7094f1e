using System.Text.RegularExpressions;

namespace Synic.Daemon.Tests.Api;

public sealed partial class AssetTests
{
    // A wrong content root answers 200 with nothing in it, so lengths are what counts.
    [Fact]
    public async Task FirstPage_EveryAssetItNames_HasContent()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var page = await daemon.Viewer.GetStringAsync("/", TestContext.Current.CancellationToken);

        var assets = Reference().Matches(page).Select(static m => m.Groups["path"].Value).Where(static p => p != "/").ToList();

        Assert.Contains(assets, static a => a.Contains("blazor.web", StringComparison.Ordinal));
        Assert.True(assets.Count >= 5, page);
        foreach (var asset in assets)
        {
            var bytes = await daemon.Viewer.GetByteArrayAsync(new Uri(daemon.Url, asset), TestContext.Current.CancellationToken);
            Assert.True(bytes.Length > 100, $"{asset}: {bytes.Length} bytes");
        }
    }

    [Theory]
    [InlineData("/partitions/demo")]
    [InlineData("/")]
    public async Task Page_Viewer_IsServedWithoutInlineScript(string path)
    {
        await using var daemon = await TestDaemon.StartAsync();

        var page = await daemon.Viewer.GetStringAsync(path, TestContext.Current.CancellationToken);

        Assert.Contains("<!DOCTYPE html>", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(InlineScript(), page); // the content security policy would stop it
    }

    [GeneratedRegex("""(?:href|src)="(?<path>[^"#]+)"(?=[^>]*(?:>))""")]
    private static partial Regex Reference();

    [GeneratedRegex("""<script(?![^>]*\bsrc=)[^>]*>""")]
    private static partial Regex InlineScript();
}
