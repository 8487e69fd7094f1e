using System.Net.Http.Headers;
using System.Text.Json;
using Synic.Contracts;

namespace Synic.Daemon.Experiments;

/// <summary>The API of the experiment's own daemon, asked as anybody would ask it.</summary>
internal sealed class ExperimentApi : IDisposable
{
    // On an emulated processor the first answer of a path takes seconds.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly HttpClient _http;
    private readonly string _partition;

    public ExperimentApi(Uri address, string token, string partition)
    {
        _partition = $"api/v1/partitions/{Uri.EscapeDataString(partition)}";
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = address, Timeout = s_patience };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Something of the partition.</summary>
    /// <returns>Or why there is no answer, as the daemon says it.</returns>
    public Task<(JsonElement? Answer, string? Refusal)> GetAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, path, null, cancellation);

    /// <inheritdoc cref="GetAsync"/>
    public Task<(JsonElement? Answer, string? Refusal)> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellation) =>
        SendToAsync(method, path.Length == 0 ? _partition : $"{_partition}/{path}", body, cancellation);

    /// <inheritdoc cref="GetAsync"/>
    public Task<(JsonElement? Answer, string? Refusal)> SetKillSwitchAsync(KillSwitchRequest? engage, CancellationToken cancellation) =>
        SendToAsync(engage is null ? HttpMethod.Delete : HttpMethod.Put, "api/v1/fault-kill-switch", engage, cancellation);

    public Task<string> GetMetricsAsync(CancellationToken cancellation) => _http.GetStringAsync(new Uri("metrics", UriKind.Relative), cancellation);

    public void Dispose() => _http.Dispose();

    private async Task<(JsonElement? Answer, string? Refusal)> SendToAsync(
        HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: s_json);
        if (method == HttpMethod.Delete)
        {
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Any); // nobody else changes it
        }

        using var response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        JsonElement? json = bytes.Length == 0 ? null : JsonElement.Parse(bytes);
        return response.IsSuccessStatusCode ? (json ?? JsonElement.Parse("{}"u8), null) : (null, Refusal((int)response.StatusCode, json));
    }

    private static string Refusal(int status, JsonElement? problem) =>
        problem is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("code", out var code) && json.TryGetProperty("detail", out var detail)
            ? $"{code}: {detail}"
            : $"HTTP status {status}";
}
