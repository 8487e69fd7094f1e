namespace Synic.Dashboard.Frame;

/// <summary>Whether a viewer reads ids in hex, as the guest's code spells them, or in decimal; the browser remembers it.</summary>
public sealed class ViewerNumbers(ViewerStore store)
{
    private const string Name = "numbers";
    private bool _loaded;

    public event Action? Changed;

    public bool IsDecimal { get; private set; }

    public string Id(uint value) => IsDecimal ? FormattableString.Invariant($"{value}") : FormattableString.Invariant($"0x{value:x}");

    /// <summary>What the browser remembers; once, when there is a browser.</summary>
    public async Task LoadAsync()
    {
        if (!_loaded)
        {
            _loaded = true;
            Take(await store.ReadAsync(Name) == "decimal");
        }
    }

    public async Task SwitchAsync()
    {
        Take(!IsDecimal);
        await store.WriteAsync(Name, IsDecimal ? "decimal" : null);
    }

    private void Take(bool isDecimal)
    {
        if (isDecimal != IsDecimal)
        {
            IsDecimal = isDecimal;
            Changed?.Invoke();
        }
    }
}
