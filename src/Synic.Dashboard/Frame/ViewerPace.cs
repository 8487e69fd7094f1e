using System.Globalization;

namespace Synic.Dashboard.Frame;

/// <summary>How often the pages of one viewer show something new: as often as was chosen, and at most four times a second.</summary>
public sealed class ViewerPace : IDisposable
{
    /// <summary>In seconds; 0 is off.</summary>
    public static readonly IReadOnlyList<double> Choices = [0, 0.5, 1, 2, 5, 10];

    private const string Name = "refresh";
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(250);

    /// <summary>What comes so soon after the beginning of a turn belongs to it.</summary>
    private static readonly TimeSpan s_joining = TimeSpan.FromMilliseconds(15);

    private readonly ViewerStore _store;
    private readonly TimeProvider _time;
    private readonly bool _paced;
    private readonly Lock _gate = new(); // guards the two below: parts of a page are told on different threads
    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _turn;
    private bool _loaded;

    public ViewerPace(ViewerStore store, TimeProvider time)
        : this(store, time, paced: true)
    {
    }

    /// <param name="store">Remembers the choice.</param>
    /// <param name="time">Of turns.</param>
    /// <param name="paced">False: everything is shown at once, for tests of something else.</param>
    internal ViewerPace(ViewerStore store, TimeProvider time, bool paced)
    {
        _store = store;
        _time = time;
        _paced = paced;
    }

    /// <summary>Another choice.</summary>
    public event Action? Changed;

    /// <summary>Between two updates; 0 is off.</summary>
    public double Seconds { get; private set; } = 1;

    public bool IsOff => Seconds == 0;

    /// <summary>What the browser remembers; once, when there is a browser.</summary>
    public async Task LoadAsync()
    {
        if (_loaded)
        {
            return;
        }

        _loaded = true;
        if (double.TryParse(await _store.ReadAsync(Name), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            Take(seconds);
        }
    }

    public async Task ChooseAsync(double seconds)
    {
        Take(seconds);
        await _store.WriteAsync(Name, Seconds.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Every part of the page asks once more, without waiting for its time.</summary>
    public void Now()
    {
        TaskCompletionSource woken;
        lock (_gate)
        {
            woken = _woken;
            _woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        woken.SetResult();
    }

    /// <summary>Ends when this viewer's page may be rendered again; parts that wait together are rendered together.</summary>
    internal async ValueTask TurnAsync(CancellationToken cancellation)
    {
        if (!_paced)
        {
            return;
        }

        TimeSpan wait;
        lock (_gate)
        {
            var passed = _turn == 0 ? s_shortest : _time.GetElapsedTime(_turn);
            if (passed < s_joining)
            {
                return;
            }

            wait = s_shortest - passed;
            if (wait <= TimeSpan.Zero)
            {
                _turn = _time.GetTimestamp();
                return;
            }
        }

        await Task.Delay(wait, _time, cancellation).ConfigureAwait(false);
        lock (_gate)
        {
            if (_time.GetElapsedTime(_turn) >= s_joining)
            {
                _turn = _time.GetTimestamp();
            }
        }
    }

    /// <summary>Ends when it is time to ask for the next update: sources keep their own shortest time on top.</summary>
    internal async ValueTask RestAsync(CancellationToken cancellation)
    {
        Task woken;
        lock (_gate)
        {
            woken = _woken.Task;
        }

        var wait = IsOff ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(Seconds) - s_shortest;
        if (_paced && wait != TimeSpan.Zero)
        {
            // Suppressed is the timeout; a page that closes still ends here.
            await woken.WaitAsync(wait, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public void Dispose() => Changed = null;

    // What a browser kept may be anything.
    private void Take(double seconds)
    {
        if (seconds == Seconds || !Choices.Contains(seconds))
        {
            return;
        }

        Seconds = seconds;
        Changed?.Invoke();
        Now();
    }
}
