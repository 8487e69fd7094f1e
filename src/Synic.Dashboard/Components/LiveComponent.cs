using Microsoft.AspNetCore.Components;
using Synic.Dashboard.Client;
using Synic.Dashboard.Frame;

namespace Synic.Dashboard.Components;

/// <summary>
/// A part of a page that follows a stream of snapshots: one render for each, the last one kept while the daemon is away,
/// and nothing left running when the part is gone.
/// </summary>
/// <remarks>It never changes its subject: a part about another partition is another part (<c>@key</c>).</remarks>
public abstract class LiveComponent<TSnapshot> : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _firstAnswer = new();
    private Task _following = Task.CompletedTask;
    private TSnapshot? _latest; // while paused
    private int _waiting;

    [Inject]
    public required ISynicClient Client { get; init; }

    [Inject]
    public required ConnectionState Connection { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    [Inject]
    public required ViewerPace Pace { get; init; }

    [Inject]
    public required ViewPause Pause { get; init; }

    /// <summary>Null until the daemon has answered.</summary>
    protected TSnapshot? Snapshot { get; private set; }

    /// <summary>Why there is nothing newer; null while the daemon answers.</summary>
    protected string? LostReason { get; private set; }

    /// <summary>Which right this viewer lacks; null: none.</summary>
    protected string? DeniedReason { get; private set; }

    /// <summary>It follows the viewer's refresh time; false for what has a rhythm of its own.</summary>
    protected virtual bool IsPaced => true;

    /// <summary>It stands still while the viewer's page is paused.</summary>
    protected virtual bool IsPausable => false;

    protected abstract IAsyncEnumerable<TSnapshot> WatchAsync(CancellationToken cancellation);

    /// <summary>Before the render that shows it.</summary>
    protected virtual void OnSnapshot(TSnapshot snapshot)
    {
    }

    /// <summary>While paused: how many changes are not shown. Without an answer of its own, each snapshot is one.</summary>
    /// <param name="latest">What would be shown now.</param>
    /// <param name="waiting">How many snapshots have come since.</param>
    protected virtual int CountChanges(TSnapshot latest, int waiting) => waiting;

    /// <summary>The first page the browser gets already has data in it: this waits for the first answer.</summary>
    protected override Task OnInitializedAsync()
    {
        Pause.Changed += OnPauseChanged;
        _following = FollowAsync(_closing.Token);
        return _firstAnswer.Task;
    }

    /// <summary>Asks as often as the viewer chose, for what has no stream.</summary>
    protected async IAsyncEnumerable<TSnapshot> PollAsync(
        Func<CancellationToken, Task<TSnapshot>> ask,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var next = Task.Delay(s_poll, Time, cancellation); // from the question on; the viewer's choice is waited for on top
            yield return await ask(cancellation);
            await next;
        }
    }

    /// <summary>Shows an answer that was asked for beside the stream: what the viewer did shows at once.</summary>
    protected void Show(TSnapshot snapshot) => Take(snapshot);

    /// <summary>The part is taken off the page; <c>Dispose</c> is not called beside <see cref="DisposeAsync"/>.</summary>
    protected virtual void OnClosing()
    {
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        try
        {
            while (!await TryFollowAsync(cancellation))
            {
                await Task.Delay(s_retry, Time, cancellation);
            }
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // The part is closed: whatever the stream says about that is no news.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e); // reaches the error boundary, as if thrown while rendering
        }
        finally
        {
            _firstAnswer.TrySetResult();
        }
    }

    /// <returns>The stream came to its end; false when the daemon went away.</returns>
    private async Task<bool> TryFollowAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var snapshot in WatchAsync(cancellation))
            {
                // The first one makes the page; the turns are for what comes again and again.
                if (IsPaced && Snapshot is not null)
                {
                    await Pace.TurnAsync(cancellation);
                }

                await ShowAsync(snapshot);
                if (IsPaced)
                {
                    await Pace.RestAsync(cancellation);
                }
            }

            return true;
        }
        catch (SynicForbiddenException e)
        {
            await DenyAsync(e.Message);
            return true; // asking again would not help
        }
        catch (SynicUnavailableException e)
        {
            await LoseAsync(e.Message);
            _firstAnswer.TrySetResult();
            return false;
        }
    }

    private Task LoseAsync(string reason) => InvokeAsync(() =>
    {
        LostReason = reason;
        Connection.Lost(reason);
        StateHasChanged();
    });

    private Task DenyAsync(string reason) => InvokeAsync(() =>
    {
        DeniedReason = reason;
        Connection.Heard();
        StateHasChanged();
    });

    private async Task ShowAsync(TSnapshot snapshot)
    {
        await InvokeAsync(() =>
        {
            Connection.Heard();
            if (IsPausable && Pause.IsOn && Snapshot is not null)
            {
                _latest = snapshot;
                Pause.Wait(CountChanges(snapshot, ++_waiting));
                Answered();
                return;
            }

            Take(snapshot);
        });
        _firstAnswer.TrySetResult();
    }

    /// <summary>Shows an answer that a viewer's act asked for, without waiting for the next turn.</summary>
    protected void Take(TSnapshot snapshot)
    {
        (_latest, _waiting) = (default, 0);
        Snapshot = snapshot;
        LostReason = null;
        OnSnapshot(snapshot);
        StateHasChanged();
    }

    /// <summary>Asks at once and shows the answer; a daemon that is away is shown as such.</summary>
    protected Task TakeNowAsync(Func<Task<TSnapshot>> ask) => TryAsync(async () => Take(await ask()));

    /// <summary>For what a viewer's act needs of the daemon.</summary>
    /// <returns>It was done; false: the page says why not.</returns>
    protected async Task<bool> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (SynicForbiddenException e)
        {
            await DenyAsync(e.Message);
        }
        catch (SynicUnavailableException e)
        {
            await LoseAsync(e.Message);
        }

        return false;
    }

    private void Answered()
    {
        if (LostReason is not null)
        {
            LostReason = null;
            StateHasChanged();
        }
    }

    private void OnPauseChanged()
    {
        if (IsPausable && !Pause.IsOn && _latest is { } latest)
        {
            _ = InvokeAsync(() => Take(latest));
            Pace.Now(); // it may be older than the viewer thinks
        }
    }

    public async ValueTask DisposeAsync()
    {
        Pause.Changed -= OnPauseChanged;
        OnClosing();
        await _closing.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
        GC.SuppressFinalize(this);
    }
}
