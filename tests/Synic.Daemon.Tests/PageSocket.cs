using System.Net.WebSockets;
using System.Text;

namespace Synic.Daemon.Tests;

/// <summary>The socket that an open page of the dashboard holds.</summary>
internal static class PageSocket
{
    private const char RecordSeparator = '\u001e';

    /// <param name="daemon">Any address of the daemon.</param>
    /// <param name="origin">Of the page; the daemon's own when null.</param>
    public static async Task<ClientWebSocket> OpenAsync(Uri daemon, string? origin = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", origin ?? daemon.GetLeftPart(UriPartial.Authority));
        await socket.ConnectAsync(new UriBuilder(daemon) { Scheme = "ws", Path = "/_blazor" }.Uri, cancellation);
        var hello = Encoding.UTF8.GetBytes($"{{\"protocol\":\"blazorpack\",\"version\":1}}{RecordSeparator}");
        await socket.SendAsync(hello, WebSocketMessageType.Text, endOfMessage: true, cancellation);
        var answer = new byte[64];
        var received = await socket.ReceiveAsync(answer, cancellation);
        Assert.Equal($"{{}}{RecordSeparator}", Encoding.UTF8.GetString(answer, 0, received.Count));
        return socket;
    }
}
