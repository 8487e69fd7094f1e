using System.Text.Json.Nodes;

namespace Synic.Daemon.Tests.Api;

public sealed class PortListTests
{
    private const string Ports = TestDaemon.Ports;

    [Fact]
    public async Task List_ByDefault_IsInTheOrderOfIds()
    {
        await using var daemon = await StartAsync();

        Assert.Equal([2, 9, 10, 0x100], await IdsAsync(daemon, ""));
    }

    [Theory]
    [InlineData("?kind=event", new[] { 9 })]
    [InlineData("?kind=message&owner=api", new[] { 2, 10, 0x100 })]
    [InlineData("?owner=nobody", new int[0])]
    [InlineData("?connection=0x100&connection=9&connection=77", new[] { 9, 0x100 })]
    [InlineData("?sort=-connection", new[] { 0x100, 10, 9, 2 })]
    [InlineData("?sort=-calls", new[] { 10, 2, 9, 0x100 })]
    [InlineData("?sort=-failures,connection", new[] { 0x100, 2, 9, 10 })]
    [InlineData("?sort=kind,-connection", new[] { 0x100, 10, 2, 9 })]
    public async Task List_FilterAndSort_SelectsAndOrders(string query, int[] expected)
    {
        await using var daemon = await StartAsync();
        using var taken = await daemon.PostAsync(Ports + "/10/messages", new { });
        using var refused = await daemon.PostAsync(Ports + "/0x100/messages", new { });

        Assert.Equal(expected, await IdsAsync(daemon, query));
    }

    [Theory]
    [InlineData("?sort=-connection")]
    [InlineData("?sort=-failures")]
    [InlineData("?sort=owner")]
    [InlineData("?kind=message")]
    [InlineData("?")]
    public async Task List_PagesOfOne_GiveEachPortOnce(string query)
    {
        await using var daemon = await StartAsync();
        var whole = await IdsAsync(daemon, query);

        var walked = new List<int>();
        string? cursor = null;
        do
        {
            var page = await daemon.GetAsync($"{Ports}{query}&limit=1{(cursor is null ? "" : $"&cursor={cursor}")}");
            walked.Add((int)page["items"]!.AsArray().Single()!["connection"]!);
            cursor = (string?)page["next"];
        }
        while (cursor is not null);

        Assert.Equal(whole, walked);
    }

    [Fact]
    public async Task List_LastRowOfPageRemoved_GoesOnBehindIt()
    {
        await using var daemon = await StartAsync();
        var first = await daemon.GetAsync(Ports + "?limit=2");
        using var deleted = await daemon.Operator.DeleteAsync(Ports + "/9", TestContext.Current.CancellationToken);

        var second = await daemon.GetAsync($"{Ports}?limit=2&cursor={(string)first["next"]!}");

        Assert.Equal([10, 0x100], Ids(second));
        Assert.Equal(3, (int)second["total"]!);
    }

    [Theory]
    [InlineData("?kind=event")]
    [InlineData("?sort=-connection")]
    [InlineData("?owner=api")]
    [InlineData("?connection=2&connection=9")]
    public async Task List_CursorOfAnotherList_IsRefused(string other)
    {
        await using var daemon = await StartAsync();
        var cursor = (string)(await daemon.GetAsync(Ports + "?limit=1"))["next"]!;

        using var response = await daemon.Viewer.GetAsync($"{Ports}{other}&cursor={cursor}", TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(400, "invalid_cursor");
    }

    [Theory]
    [InlineData("?cursor=")]
    [InlineData("?cursor=AAAA")]
    [InlineData("?cursor=bnVsbA")]
    [InlineData("?cursor=e30")]
    [InlineData("?cursor=%00")]
    public async Task List_MadeUpCursor_IsRefused(string query)
    {
        await using var daemon = await StartAsync();

        using var response = await daemon.Viewer.GetAsync(Ports + query, TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(400, "invalid_cursor");
    }

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=1001", "limit")]
    [InlineData("?limit=-1", "limit")]
    [InlineData("?limit=abc", "limit")]
    [InlineData("?limit=99999999999", "limit")]
    [InlineData("?kind=both", "kind")]
    [InlineData("?sort=speed", "sort")]
    [InlineData("?sort=", "sort")]
    [InlineData("?sort=calls,calls,calls,calls,calls", "sort")]
    [InlineData("?connection=abc", "connection")]
    [InlineData("?ownr=api", "ownr")]
    public async Task List_BadParameter_IsNamed(string query, string field)
    {
        await using var daemon = await StartAsync();

        using var response = await daemon.Viewer.GetAsync(Ports + query, TestContext.Current.CancellationToken);

        var problem = await response.AssertProblemAsync(400, "invalid_request");
        Assert.NotNull(problem["errors"]![field]);
    }

    private static async Task<TestDaemon> StartAsync()
    {
        var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x100", "full");
        await daemon.AddPortAsync("9", "counter");
        await daemon.AddPortAsync("10", "sink");
        await daemon.AddPortAsync("2", "sink");
        return daemon;
    }

    private static async Task<IEnumerable<int>> IdsAsync(TestDaemon daemon, string query) => Ids(await daemon.GetAsync(Ports + query));

    private static IEnumerable<int> Ids(JsonObject page) => page["items"]!.AsArray().Select(static p => (int)p!["connection"]!);
}
