using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Synic.Daemon.Tests.Api;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Document_EveryRoute_IsInIt()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var document = await daemon.GetAsync("/openapi/v1.json");

        var routes = daemon.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(static e => IsApi(e.RoutePattern.RawText!))
            .SelectMany(static e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} /{e.RoutePattern.RawText!.Trim('/').Replace("{**", "{", StringComparison.Ordinal)}"));
        var described = document["paths"]!.AsObject()
            .SelectMany(static p => p.Value!.AsObject().Select(m => $"{m.Key.ToUpperInvariant()} {p.Key}"));

        Assert.Equal(routes.Order(), described.Order());
    }

    [Fact]
    public async Task Document_EveryOperation_HasSummaryAndProblemAndTokenWhereNeeded()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var document = await daemon.GetAsync("/openapi/v1.json");

        Assert.Equal("3.1.1", (string?)document["openapi"]);
        Assert.Equal("bearer", (string?)document["components"]!["securitySchemes"]!["bearer"]!["scheme"]);
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in methods!.AsObject())
            {
                Assert.False(string.IsNullOrEmpty((string?)operation!["summary"]), $"{method} {path} has no summary");
                Assert.NotNull(operation["responses"]!["default"]!["content"]!["application/problem+json"]);
                var changes = (method != "get" || path.EndsWith("/serial", StringComparison.Ordinal) || path.EndsWith("/audit", StringComparison.Ordinal))
                    && (method, path) != ("put", "/api/v1/fault-kill-switch"); // whoever may look may stop
                Assert.True(changes == operation["security"] is not null, $"{method} {path}");
                Assert.All(operation["parameters"]?.AsArray() ?? [], p => Assert.False(string.IsNullOrEmpty((string?)p!["description"]), $"{method} {path} {p!["name"]}"));
            }
        }
    }

    [Fact]
    public async Task Document_Numbers_AreNumbersOnly()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var schemas = (await daemon.GetAsync("/openapi/v1.json"))["components"]!["schemas"]!;

        Assert.Equal("integer", (string?)schemas["PortSummary"]!["properties"]!["connection"]!["type"]);
        Assert.False((bool)schemas["CreatePortRequest"]!["additionalProperties"]!);
        Assert.Equal("0x3000", (string?)schemas["CreatePortRequest"]!["properties"]!["connection"]!["example"] ?? Example(schemas));
    }

    // 3.1 also allows a list.
    private static string? Example(JsonNode schemas) =>
        (string?)schemas["CreatePortRequest"]!["properties"]!["connection"]!["examples"]?[0];

    private static bool IsApi(string pattern) =>
        pattern.Trim('/') is var path
        && (path.StartsWith("api/", StringComparison.Ordinal) || path.StartsWith("health/", StringComparison.Ordinal)
            || path.StartsWith("problems/", StringComparison.Ordinal));
}
