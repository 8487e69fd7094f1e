using System.Text;
using System.Text.Json.Nodes;
using Synic.Hv;

namespace Synic.Daemon.Tests.Api;

/// <summary>Holds the running server against its own document.</summary>
public sealed class ContractTests
{
    private const string Json = "application/json";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Document_EveryJsonSample_FitsItsSchema()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var document = await daemon.GetAsync("/openapi/v1.json");
        var check = new JsonSchemaCheck(document);

        foreach (var (name, operation) in Operations(document))
        {
            foreach (var (content, what) in Bodies(operation))
            {
                foreach (var (type, media) in content)
                {
                    Assert.True(media!["example"] is not null, $"{name}: the {what} as {type} has no example");
                    var mistakes = type.EndsWith("json", StringComparison.Ordinal) ? check.Check(media["example"], media["schema"]!) : [];
                    Assert.True(mistakes.Count == 0, $"{name}: the {what}'s example {string.Join("; ", mistakes)}");
                }
            }
        }
    }

    [Fact]
    public async Task EveryGet_OfTheDemo_AnswersAsDocumented()
    {
        await using var daemon = await StartDemoAsync();
        var document = await daemon.GetAsync("/openapi/v1.json");
        var check = new JsonSchemaCheck(document);
        var ids = await IdsAsync(daemon);
        var answered = new List<string>();

        foreach (var (name, operation) in Operations(document).Where(static o => o.Name.StartsWith("get ", StringComparison.Ordinal)))
        {
            var path = ids.Aggregate(name[4..], static (p, id) => p.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Accept", Json);
            using var response = await daemon.Operator.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            if (await CheckAsync(check, document, operation, response, name))
            {
                answered.Add(name);
            }
        }

        Assert.True(answered.Count >= 20, $"only these answered: {string.Join(", ", answered)}"); // it really asked
    }

    [Fact]
    public async Task EverySampleRequest_Sent_IsAnsweredAsDocumented()
    {
        await using var daemon = await StartDemoAsync();
        var document = await daemon.GetAsync("/openapi/v1.json");
        var check = new JsonSchemaCheck(document);
        var ids = await IdsAsync(daemon);

        foreach (var (name, operation) in Operations(document))
        {
            if (operation["requestBody"]?["content"]?[Json]?["example"] is not { } sample)
            {
                continue;
            }

            var verb = name.Split(' ')[0];
            var path = ids.Aggregate(name[(verb.Length + 1)..], static (p, id) => p.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));
            using var request = new HttpRequestMessage(new HttpMethod(verb.ToUpperInvariant()), path)
            {
                Content = new StringContent(sample.ToJsonString(), Encoding.UTF8, Json),
            };
            request.Headers.Add("If-Match", "*");
            using var response = await daemon.Operator.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            await CheckAsync(check, document, operation, response, name);
            Assert.True((int)response.StatusCode is not (400 or 422), $"{name}: its own sample is not taken ({await response.Content.ReadAsStringAsync(Cancellation)})");
        }
    }

    /// <returns>Whether there was a JSON answer that is no refusal.</returns>
    private static async Task<bool> CheckAsync(JsonSchemaCheck check, JsonObject document, JsonNode operation, HttpResponseMessage response, string name)
    {
        var status = (int)response.StatusCode;
        Assert.True(status < 500 || status is 501 or 503, $"{name} answers {status}");
        var type = response.Content.Headers.ContentType?.MediaType;
        if (status >= 400)
        {
            Assert.Equal("application/problem+json", type);
            var problem = await response.ReadAsync();
            Assert.Empty(check.Check(problem, document["components"]!["schemas"]!["ProblemDocument"]!));
            return false;
        }

        var documented = operation["responses"]![$"{status}"];
        Assert.True(documented is not null, $"{name} answers {status}, which is not in its document");
        if (type is null)
        {
            return false;
        }

        var media = documented["content"]?[type];
        Assert.True(media is not null, $"{name} answers {type}, which is not in its document");
        if (type != Json)
        {
            return false;
        }

        var mistakes = check.Check(await response.ReadAsync(), media["schema"]!);
        Assert.True(mistakes.Count == 0, $"{name}: {string.Join("; ", mistakes)}");
        return true;
    }

    private static async Task<TestDaemon> StartDemoAsync()
    {
        var daemon = await TestDaemon.StartAsync(null, ("Synic:Partitions:0:Guest:Kind", "demo"), ("Synic:Partitions:0:VmBus:Enabled", "true"));
        await daemon.AddPortAsync("0x9999", "sink");
        using var response = await daemon.Operator.DeleteAsync(TestDaemon.Ports + "/0x9999", Cancellation);
        await daemon.AddPortAsync("0x9998", "echo");
        daemon.Host.Post(Vtl.Vtl0, new ConnectionId(0x9998), 1, [1, 2, 3]);
        daemon.Host.Sampler.Sample();
        using var rule = await daemon.PostAsync(TestDaemon.Partition + "/faults", new
        {
            id = "receiver-full", match = new { connections = new[] { 0x9998 } }, action = new { kind = "busy" }, reason = "a test", arm = true,
        });
        rule.EnsureSuccessStatusCode();
        daemon.Host.Post(Vtl.Vtl0, new ConnectionId(0x9998), 1, [1, 2, 3]);
        return daemon;
    }

    private static async Task<Dictionary<string, string>> IdsAsync(TestDaemon daemon) => new()
    {
        ["partition"] = "demo",
        ["connection"] = "0x9998",
        ["generation"] = $"{(await daemon.GetAsync(TestDaemon.Partition + "/departed-ports"))["items"]![0]!["generation"]}",
        ["fault"] = "receiver-full",
        ["vp"] = "0",
        ["sint"] = "2",
        ["id"] = $"{(await daemon.GetAsync(TestDaemon.Partition + "/guest-ports"))["items"]![0]!["id"]}",
        ["code"] = "port_not_found",
    };

    private static IEnumerable<(string Name, JsonNode Operation)> Operations(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key} {path.Key}", operation.Value);

    private static IEnumerable<(JsonObject Content, string What)> Bodies(JsonNode operation)
    {
        if (operation["requestBody"]?["content"] is JsonObject request)
        {
            yield return (request, "request");
        }

        foreach (var (status, response) in operation["responses"]!.AsObject())
        {
            if (status != "default" && response!["content"] is JsonObject content)
            {
                yield return (content, $"answer {status}");
            }
        }
    }
}
