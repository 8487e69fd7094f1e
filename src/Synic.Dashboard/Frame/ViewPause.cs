using System.Globalization;

namespace Synic.Dashboard.Frame;

/// <summary>Whether the viewer's page stands still, since when, and how much has changed meanwhile. The daemon goes on.</summary>
public sealed class ViewPause : IDisposable
{
    internal const string Name = "paused";

    private readonly PageState _state;
    private readonly TimeProvider _time;
    private bool _was;

    public ViewPause(PageState state, TimeProvider time)
    {
        _state = state;
        _time = time;
        _was = IsOn;
        _state.Changed += OnAddressChanged;
    }

    /// <summary>It began or ended, or more has changed.</summary>
    public event Action? Changed;

    public bool IsOn => Since is not null;

    /// <summary>Is in the address, so that a reload stays paused; null: not paused.</summary>
    public DateTimeOffset? Since =>
        DateTimeOffset.TryParse(_state[Name], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var since)
            ? since
            : null;

    /// <summary>Changes that are not shown.</summary>
    public int Waiting { get; private set; }

    public void Toggle()
    {
        _state.Set(Name, IsOn ? null : _time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Tell();
    }

    /// <summary>How many changes are not shown by now.</summary>
    public void Wait(int changes)
    {
        if (changes != Waiting)
        {
            Waiting = changes;
            Changed?.Invoke();
        }
    }

    public void Dispose() => _state.Changed -= OnAddressChanged;

    private void OnAddressChanged()
    {
        if (IsOn != _was)
        {
            Tell();
        }
    }

    private void Tell()
    {
        _was = IsOn;
        Waiting = 0;
        Changed?.Invoke();
    }
}
