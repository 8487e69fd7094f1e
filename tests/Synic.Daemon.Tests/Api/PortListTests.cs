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
    [InlineData("?filter=kind:event", new[] { 9 })]
    [InlineData("?filter=conn:0..10%20-kind:event", new[] { 2, 10 })]
    [InlineData("?filter=failures:%3E0", new[] { 0x100 })]
    [InlineData("?filter=status:insufficient_buffers", new[] { 0x100 })]
    [InlineData("?filter=status:0x13%20-status:operation_denied", new[] { 0x100 })]
    [InlineData("?filter=fast:none&kind=message&connection=10", new[] { 10 })]
    [InlineData("?filter=idle:%3E1h", new int[0])]
    [InlineData("?filter=idle:%3C1h%20age:%3C1h%20monitor:none", new[] { 2, 9, 10, 0x100 })]
    [InlineData("?filter=0x1", new[] { 0x100 })]
    [InlineData("?sort=-insufficient_buffers,-connection", new[] { 0x100, 10, 9, 2 })]
    [InlineData("?sort=-generation", new[] { 2, 10, 9, 0x100 })]
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
    [InlineData("?filter=kind:message")]
    [InlineData("?includeDeparted=true")]
    [InlineData("?includeDeparted=true&sort=-kind")]
    public async Task List_PagesOfOne_GiveEachPortOnce(string query)
    {
        await using var daemon = await StartAsync();
        using var deleted = await daemon.Operator.DeleteAsync(Ports + "/9", TestContext.Current.CancellationToken);
        await daemon.AddPortAsync("9", "counter"); // with the one that went, two of the same connection
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
    [InlineData("?filter=api")]
    [InlineData("?includeDeparted=true")]
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
    [InlineData("?fields=", "fields")]
    [InlineData("?fields=owner,color", "fields")]
    [InlineData("?format=xml", "format")]
    [InlineData("?includeDeparted=maybe", "includeDeparted")]
    public async Task List_BadParameter_IsNamed(string query, string field)
    {
        await using var daemon = await StartAsync();

        using var response = await daemon.Viewer.GetAsync(Ports + query, TestContext.Current.CancellationToken);

        var problem = await response.AssertProblemAsync(400, "invalid_request");
        Assert.NotNull(problem["errors"]![field]);
    }

    [Theory]
    [InlineData("kidn:event", 1, "kind")]
    [InlineData("api conn:0x", 10, null)]
    [InlineData("kind:evnt", 6, "event")]
    [InlineData("\"open", 1, null)]
    public async Task List_WrongFilter_SaysWhereAndWhatWasMeant(string filter, int position, string? suggestion)
    {
        await using var daemon = await StartAsync();

        using var response = await daemon.Viewer.GetAsync($"{Ports}?filter={Uri.EscapeDataString(filter)}", TestContext.Current.CancellationToken);

        var problem = await response.AssertProblemAsync(400, "invalid_filter");
        Assert.Equal((position, suggestion), ((int)problem["position"]!, (string?)problem["suggestion"]));
    }

    [Fact]
    public async Task List_LongestFilter_IsAnswered()
    {
        await using var daemon = await StartAsync();

        using var whole = await daemon.Viewer.GetAsync($"{Ports}?filter={new string('x', 4096)}", TestContext.Current.CancellationToken);
        using var more = await daemon.Viewer.GetAsync($"{Ports}?filter={new string('x', 4097)}", TestContext.Current.CancellationToken);

        Assert.Empty(Ids(await whole.ReadAsync()));
        await more.AssertProblemAsync(400, "invalid_filter");
    }

    [Fact]
    public async Task List_IncludeDeparted_AddsTombstonesInTheirPlace()
    {
        await using var daemon = await StartAsync();
        using var deleted = await daemon.Operator.DeleteAsync(Ports + "/9", TestContext.Current.CancellationToken);
        await daemon.AddPortAsync("9", "sink");

        var page = await daemon.GetAsync(Ports + "?includeDeparted=true");

        Assert.Equal([2, 9, 9, 10, 0x100], Ids(page));
        Assert.Equal("disposed", (string?)page["items"]![1]!["departed"]!["reason"]);
        Assert.Equal("event", (string?)page["items"]![1]!["kind"]);
        Assert.Null(page["items"]![2]!["departed"]);
        var gone = await daemon.GetAsync((string)page["items"]![1]!["departed"]!["path"]!);
        Assert.Equal((int)page["items"]![1]!["generation"]!, (int)gone["generation"]!);
    }

    [Fact]
    public async Task Departed_Pages_AreNewestFirst()
    {
        await using var daemon = await StartAsync();
        foreach (var id in (int[])[2, 9, 10])
        {
            using var deleted = await daemon.Operator.DeleteAsync($"{Ports}/{id}", TestContext.Current.CancellationToken);
        }

        var first = await daemon.GetAsync(TestDaemon.Partition + "/departed-ports?limit=2");
        var second = await daemon.GetAsync($"{TestDaemon.Partition}/departed-ports?limit=2&cursor={(string)first["next"]!}");
        var filtered = await daemon.GetAsync(TestDaemon.Partition + "/departed-ports?filter=kind:event");

        Assert.Equal([2, 10], Ids(first)); // by generation: the order in which they were made
        Assert.Equal([9], Ids(second));
        Assert.Equal([9], Ids(filtered));
        Assert.Null(second["next"]);
    }

    [Fact]
    public async Task List_Fields_HasOnlyTheseInThisOrder()
    {
        await using var daemon = await StartAsync();

        var page = await daemon.GetAsync(Ports + "?fields=owner,connection&limit=1");

        Assert.Equal("{\"owner\":\"api\",\"connection\":2}", page["items"]![0]!.ToJsonString());
        Assert.Equal(4, (int)page["total"]!);
    }

    [Theory]
    [InlineData("?format=csv&fields=connection,owner", "*/*")]
    [InlineData("?fields=connection,owner", "text/csv")]
    [InlineData("?fields=connection,owner", "application/json;q=0.5, text/csv")]
    public async Task List_Csv_MakesFormulasHarmless(string query, string accept)
    {
        await using var daemon = await StartAsync();
        foreach (var (id, owner) in new[] { (1, "=1+1"), (3, "+a"), (4, "-a"), (5, "@a"), (6, "say \"a, b\""), (7, "a=b") })
        {
            using var made = await daemon.PostAsync(Ports, new { connection = $"{id}", handler = "sink", owner });
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Ports}{query}");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await daemon.Viewer.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\r\n");
        Assert.Equal(
            ["connection,owner", "0x1,'=1+1", "0x2,api", "0x3,'+a", "0x4,'-a", "0x5,'@a", "0x6,\"say \"\"a, b\"\"\"", "0x7,a=b"], lines[..8]);
    }

    [Fact]
    public async Task List_CsvWithLimit_LeadsToTheNextPage()
    {
        await using var daemon = await StartAsync();

        using var response = await daemon.Viewer.GetAsync(Ports + "?format=csv&limit=3&sort=-connection", TestContext.Current.CancellationToken);
        var link = Assert.Single(response.Headers.GetValues("Link"));
        var rest = await daemon.Viewer.GetStringAsync(link.Split('<', '>')[1], TestContext.Current.CancellationToken);

        Assert.Equal(["connection", "0x2", ""], rest.Split("\r\n").Select(l => l.Split(',')[0]));
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
