using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Synic.Daemon.Access;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Tests;

/// <summary>The whole daemon in this process, listening on a free port; by default in lab mode, emulated, without a guest.</summary>
internal sealed class TestDaemon : IAsyncDisposable
{
    public const string Token = "test-token-0123456789abcdef";
    public const string Partition = "/api/v1/partitions/demo";
    public const string Ports = Partition + "/ports";

    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private TestDaemon(WebApplication app, DirectoryInfo folder)
    {
        _app = app;
        _folder = folder;
    }

    public Uri Url { get; private set; } = null!;

    /// <summary>Without a token.</summary>
    public HttpClient Viewer { get; private set; } = null!;

    /// <summary>With the start token.</summary>
    public HttpClient Operator { get; private set; } = null!;

    public string Folder => _folder.FullName;

    public IServiceProvider Services => _app.Services;

    public PartitionHost Host => Services.GetRequiredService<PartitionRegistry>().All[0];

    public static Task<TestDaemon> StartAsync(IPartitionFactory? factory = null, params (string Key, string Value)[] settings) =>
        StartWithAsync(services =>
        {
            if (factory is not null)
            {
                services.AddSingleton(factory);
            }
        }, settings);

    /// <summary>With other services than the daemon's own.</summary>
    public static async Task<TestDaemon> StartWithAsync(Action<IServiceCollection> services, params (string Key, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("synic-");
        var tokenFile = Path.Combine(folder.FullName, "given");
        await File.WriteAllTextAsync(tokenFile, Token, TestContext.Current.CancellationToken);
        var builder = DaemonApp.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Synic:Urls"] = "http://127.0.0.1:0",
            ["Synic:Lab"] = "true",
            ["Synic:RequestsPerSecond"] = "0", // tests that wait ask without a pause
            ["Synic:TokenFile"] = tokenFile,
            ["Synic:TokenDirectory"] = Path.Combine(folder.FullName, "kept"),
            ["Synic:Partitions:0:Backend"] = "emulated",
            ["Synic:Partitions:0:Guest:Kind"] = "none",
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(static s => s.Key, static s => (string?)s.Value));
        services(builder.Services);
        var daemon = new TestDaemon(DaemonApp.Build(builder), folder);
        try
        {
            await daemon._app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await daemon._app.DisposeAsync();
            folder.Delete(recursive: true);
            throw;
        }

        daemon.Url = new Uri(ListenAddresses.Of(daemon.Services).First());
        daemon.Viewer = daemon.CreateClient();
        daemon.Operator = daemon.CreateClient();
        daemon.Operator.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return daemon;
    }

    /// <summary>Ends it before the test does.</summary>
    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    public HttpClient CreateClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = Url };

    public async Task<JsonObject> GetAsync(string path)
    {
        var text = await Viewer.GetStringAsync(path, TestContext.Current.CancellationToken);
        return JsonNode.Parse(text)!.AsObject();
    }

    public Task<HttpResponseMessage> PostAsync(string path, object body) =>
        Operator.PostAsJsonAsync(path, body, JsonSerializerOptions.Web, TestContext.Current.CancellationToken);

    /// <summary>Engages the kill switch.</summary>
    public void Kill(string reason) => Services.GetRequiredService<Faults.FaultKillSwitch>().Engage(reason, "test");

    /// <summary>Makes a port that the API may remove.</summary>
    public async Task AddPortAsync(string connection, string handler)
    {
        using var response = await PostAsync(Ports, new { connection, handler });
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        Viewer?.Dispose();
        Operator?.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

internal static class ResponseExtensions
{
    public static async Task<JsonObject> ReadAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Checks all that a problem document has to have.</summary>
    public static async Task<JsonObject> AssertProblemAsync(this HttpResponseMessage response, int status, string code)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.ReadAsync();
        Assert.Equal((status, code), ((int)response.StatusCode, (string?)problem["code"]));
        Assert.Equal(status, (int?)problem["status"]);
        Assert.Equal($"/problems/{code}", (string?)problem["type"]);
        Assert.All(["title", "detail", "instance", "traceId"], m => Assert.False(string.IsNullOrEmpty((string?)problem[m]), m));
        return problem;
    }
}
