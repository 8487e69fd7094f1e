using Microsoft.JSInterop;

namespace Synic.Dashboard.Frame;

/// <summary>Small texts that the viewer's browser keeps: choices, saved views.</summary>
/// <remarks>A browser that keeps nothing, or is gone, is no failure: what is asked for is then not there.</remarks>
public sealed class ViewerStore(IJSRuntime js)
{
    /// <param name="name">Letters, digits and dots.</param>
    public async ValueTask<string?> ReadAsync(string name)
    {
        try
        {
            return await js.InvokeAsync<string?>("synic.read", name);
        }
        catch (Exception e) when (IsGone(e))
        {
            return null;
        }
    }

    /// <param name="name">As for reading.</param>
    /// <param name="value">Null: forget it.</param>
    public async ValueTask WriteAsync(string name, string? value)
    {
        try
        {
            await js.InvokeVoidAsync("synic.write", name, value);
        }
        catch (Exception e) when (IsGone(e))
        {
            // It holds for this page then, as long as that is open.
        }
    }

    // InvalidOperationException: the page is being made for its first delivery, there is no browser yet.
    private static bool IsGone(Exception e) => e is JSException or JSDisconnectedException or InvalidOperationException or OperationCanceledException;
}
