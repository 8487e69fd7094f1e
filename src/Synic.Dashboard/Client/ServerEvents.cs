using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Synic.Dashboard.Client;

/// <summary>A stream of server-sent events that goes on where it was, after its connection was lost.</summary>
/// <param name="http">The daemon.</param>
/// <param name="path">Makes the path, which may be asked for again.</param>
/// <param name="time">Waits between attempts.</param>
public sealed class ServerEvents(SynicHttp http, Func<ApiPath> path, TimeProvider time)
{
    /// <summary>This often in a row it is tried again before the reader is told.</summary>
    public const int Attempts = 3;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>Go on behind this event; null: from the stream's own beginning.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>An end that the daemon says is the end of what there is, as that of a guest's serial output.</summary>
    public bool EndsWithTheDaemon { get; init; }

    /// <exception cref="SynicProblemException">The daemon does not give this stream.</exception>
    /// <exception cref="SynicUnavailableException">It cannot be reached, or not any more.</exception>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var failures = 0;
        while (true)
        {
            Exception? lost = null;
            var response = await TryOpenAsync(failures, cancellation).ConfigureAwait(false);
            if (response is not null)
            {
                using (response)
                {
                    var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
                    await using var items = SseParser.Create(body).EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation);
                    while (true)
                    {
                        try
                        {
                            if (!await items.MoveNextAsync().ConfigureAwait(false))
                            {
                                break;
                            }
                        }
                        catch (Exception e) when (e is HttpRequestException or IOException)
                        {
                            lost = e;
                            break;
                        }

                        failures = 0;
                        LastEventId = items.Current.EventId ?? LastEventId;
                        yield return items.Current;
                    }
                }

                if (lost is null && EndsWithTheDaemon)
                {
                    yield break;
                }
            }

            failures++;
            if (failures > Attempts)
            {
                throw http.Lost(lost ?? new IOException("the stream ended"));
            }

            await Task.Delay(s_pause, time, cancellation).ConfigureAwait(false);
        }
    }

    // The first attempt has to work; later ones may fail a few times, as while the daemon starts again.
    private async Task<HttpResponseMessage?> TryOpenAsync(int failures, CancellationToken cancellation)
    {
        try
        {
            return await http.OpenAsync(path(), "text/event-stream", LastEventId, cancellation).ConfigureAwait(false);
        }
        catch (SynicUnavailableException) when (failures is > 0 and < Attempts)
        {
            return null;
        }
    }
}
