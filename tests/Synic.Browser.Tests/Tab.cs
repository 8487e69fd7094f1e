using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Synic.Browser.Tests;

/// <summary>One page in the browser, and everything that went wrong in it.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30); // as Playwright's own

    private readonly IBrowserContext _context;
    private readonly Uri _daemon;
    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly ConcurrentBag<Regex> _allowed = [];
    private TaskCompletionSource _interactive = new();

    private Tab(IBrowserContext context, IPage page, Uri daemon)
    {
        _context = context;
        _daemon = daemon;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error") // a breach of the content security policy is one too
            {
                _complaints.Enqueue($"console: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue($"script: {error}");
        context.Request += (_, request) => CheckHost(new Uri(request.Url));
        page.WebSocket += (_, socket) =>
        {
            CheckHost(new Uri(socket.Url));
            socket.FrameSent += OnFrameSent;

            void OnFrameSent(object? sender, IWebSocketFrame frame)
            {
                if (frame.Binary.AsSpan().IndexOf("OnRenderCompleted"u8) >= 0)
                {
                    socket.FrameSent -= OnFrameSent;
                    _interactive.TrySetResult();
                }
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Console errors, breaches of the content security policy, and requests to other hosts, without what was allowed.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints.Where(c => !_allowed.Any(a => a.IsMatch(c)))];

    public static async Task<Tab> CreateAsync(IBrowserContext context, Uri daemon) =>
        new(context, await context.NewPageAsync(), daemon);

    /// <summary>The test itself brings this about.</summary>
    public void Allow(Regex complaint) => _allowed.Add(complaint);

    /// <summary>Opens a page, and waits until clicks and keys reach the daemon.</summary>
    public async Task GotoAsync(string path)
    {
        ExpectCircuit();
        await Page.GotoAsync(path);
        await WaitForCircuitAsync();
    }

    /// <summary>Before something that makes the page load anew.</summary>
    public void ExpectCircuit() => _interactive = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task WaitForCircuitAsync()
    {
        await _interactive.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken); // perhaps of the head only, or of the page before
        await Page.Locator("#main[data-live]").WaitForAsync();
    }

    /// <summary>Keeps a picture for people.</summary>
    public Task SaveAsync(string name) =>
        Page.ScreenshotAsync(new PageScreenshotOptions { Path = RepositoryRoot.Artifacts("screenshots", name + ".png") });

    /// <summary>How much the page is wider than the window: anything above 0 would have to be scrolled sideways.</summary>
    public Task<int> OverflowAsync() =>
        Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private void CheckHost(Uri address)
    {
        if (address.Scheme is not ("data" or "blob") && address.Authority != _daemon.Authority)
        {
            _complaints.Enqueue($"request to another host: {address}");
        }
    }
}
