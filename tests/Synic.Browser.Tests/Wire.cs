using System.Net;
using System.Net.Sockets;

namespace Synic.Browser.Tests;

/// <summary>The network between browser and daemon, which can be cut: bytes go on to the daemon as they are.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _daemon;
    private readonly Lock _gate = new(); // guards the two below
    private readonly List<Socket> _open = [];
    private bool _isCut;

    public Wire(Uri daemon)
    {
        _daemon = daemon;
        _listener.Start();
        Url = new UriBuilder(daemon) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _ = AcceptAsync();
    }

    public Uri Url { get; }

    /// <summary>Ends what is open, and lets nothing more through.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            _open.ForEach(static s => s.Dispose());
            _open.Clear();
        }
    }

    public void Mend()
    {
        lock (_gate)
        {
            _isCut = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        Cut();
        _listener.Dispose();
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = CarryAsync(await _listener.AcceptSocketAsync(_ending.Token));
            }
        }
        catch (Exception) when (_ending.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(Socket browser)
    {
        var daemon = new Socket(SocketType.Stream, ProtocolType.Tcp);
        lock (_gate)
        {
            _open.AddRange([browser, daemon]);
            if (_isCut)
            {
                Cut();
                return;
            }
        }

        try
        {
            await daemon.ConnectAsync(_daemon.Host, _daemon.Port);
            await Task.WhenAny(CopyAsync(browser, daemon), CopyAsync(daemon, browser));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // An end of it went away, which is what this is for.
        }
        finally
        {
            browser.Dispose();
            daemon.Dispose();
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        await using var source = new NetworkStream(from);
        await using var target = new NetworkStream(to);
        await source.CopyToAsync(target);
    }
}
