using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Synic.Contracts;

namespace Synic.Dashboard.Client;

/// <summary>The REST API of a daemon: typed answers, refusals as <see cref="SynicProblemException"/>.</summary>
/// <remarks>A daemon that cannot be reached, or does not answer in time, is a <see cref="SynicUnavailableException"/>.</remarks>
public sealed class SynicHttp : IDisposable
{
    /// <summary>The most items that one page of a list has.</summary>
    public const int MaxPage = 1000;

    private const int MaxAnswer = 256 << 20;
    private const string ProblemType = "application/problem+json";
    private static readonly TimeSpan s_connectTime = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <param name="address">Of the daemon.</param>
    /// <param name="token">Null: only what everybody may see.</param>
    /// <param name="timeout">For one answer; of a stream for its beginning.</param>
    /// <param name="time">What timeouts are measured by.</param>
    public SynicHttp(DaemonAddress address, string? token, TimeSpan timeout, TimeProvider time)
    {
        Address = address;
        Timeout = timeout;
        _time = time;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = s_connectTime };
        if (address.Socket is { } path)
        {
            handler.ConnectCallback = (_, cancellation) => ConnectAsync(path, cancellation);
        }

        if (address.IsLocal)
        {
            handler.UseProxy = false;
        }

        _http = new HttpClient(handler)
        {
            BaseAddress = address.Url,
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswer,
        };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public DaemonAddress Address { get; }

    public TimeSpan Timeout { get; }

    public Task<SynicAnswer<T>> GetAsync<T>(ApiPath path, CancellationToken cancellation, TimeSpan? timeout = null)
        where T : notnull => SendAsync<T>(HttpMethod.Get, path, null, cancellation, timeout);

    /// <param name="method">Of HTTP.</param>
    /// <param name="path">Where.</param>
    /// <param name="body">Sent as JSON; null for none.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="timeout">Instead of the usual one.</param>
    /// <param name="ifMatch">Only if it has this entity tag, quotes included.</param>
    public async Task<SynicAnswer<T>> SendAsync<T>(
        HttpMethod method, ApiPath path, object? body, CancellationToken cancellation, TimeSpan? timeout = null, string? ifMatch = null)
        where T : notnull
    {
        using var response = await RequestAsync(
            method, path, body, "application/json", null, HttpCompletionOption.ResponseContentRead, timeout, cancellation, ifMatch).ConfigureAwait(false);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        return new SynicAnswer<T>(Parse(bytes));
    }

    public async Task<string> GetTextAsync(ApiPath path, CancellationToken cancellation, TimeSpan? timeout = null)
    {
        using var response = await RequestAsync(
            HttpMethod.Get, path, null, "text/plain", null, HttpCompletionOption.ResponseContentRead, timeout, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>For an answer that carries nothing.</summary>
    public async Task SendAsync(HttpMethod method, ApiPath path, object? body, CancellationToken cancellation, string? ifMatch = null)
    {
        using var response = await RequestAsync(
            method, path, body, "application/json", null, HttpCompletionOption.ResponseContentRead, null, cancellation, ifMatch).ConfigureAwait(false);
    }

    /// <summary>All items of a list, page by page, as sent.</summary>
    /// <param name="path">Makes the path of a page from its cursor; null for the first.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<SynicAnswer<ListPage<T>>> PagesAsync<T>(
        Func<string?, ApiPath> path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? cursor = null;
        do
        {
            var page = await GetAsync<ListPage<T>>(path(cursor), cancellation).ConfigureAwait(false);
            yield return page;
            cursor = page.Value.Next;
        }
        while (cursor is not null);
    }

    /// <summary>A body that is read while it comes; the caller disposes the answer.</summary>
    public Task<HttpResponseMessage> OpenAsync(
        ApiPath path, string accept, string? lastEventId, CancellationToken cancellation) =>
        RequestAsync(HttpMethod.Get, path, null, accept, lastEventId, HttpCompletionOption.ResponseHeadersRead, null, cancellation);

    /// <summary>Sends a body as it is, such as a recording.</summary>
    public async Task<SynicAnswer<T>> UploadAsync<T>(ApiPath path, HttpContent body, CancellationToken cancellation, TimeSpan? timeout = null)
        where T : notnull
    {
        using var response = await RequestAsync(
            HttpMethod.Post, path, body, "application/json", null, HttpCompletionOption.ResponseContentRead, timeout, cancellation).ConfigureAwait(false);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        return new SynicAnswer<T>(Parse(bytes));
    }

    public void Dispose() => _http.Dispose();

    internal SynicUnavailableException Lost(Exception e) => new($"{Address}: {Reason(e)}", e);

    private async Task<HttpResponseMessage> RequestAsync(
        HttpMethod method, ApiPath path, object? body, string accept, string? lastEventId, HttpCompletionOption completion, TimeSpan? timeout,
        CancellationToken cancellation, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path.ToString());
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        request.Headers.Accept.ParseAdd(accept);
        request.Content = body as HttpContent ?? (body is null ? null : JsonContent.Create(body, body.GetType(), options: SynicJson.Options));
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        var limit = timeout ?? Timeout;
        using var late = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            var response = await _http.SendAsync(request, completion, either.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw await RefusalAsync(response, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException e) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new SynicUnavailableException($"{Address} did not answer within {limit.TotalSeconds:0.###} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Lost(e);
        }
    }

    private async Task<Exception> RefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        if (response.Content.Headers.ContentType?.MediaType != ProblemType)
        {
            return new SynicUnavailableException($"{Address} answered HTTP status {status} without a reason: it is not a synicd, or something stands between");
        }

        return new SynicProblemException(status, Parse(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false)));
    }

    private JsonElement Parse(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException e)
        {
            throw new SynicUnavailableException($"{Address} answered something that is not JSON: it is not a synicd", e);
        }
    }

    private static string Reason(Exception e) => e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "nobody listens there"
        : e.InnerException is SocketException socket ? socket.Message
        : e.Message;

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
