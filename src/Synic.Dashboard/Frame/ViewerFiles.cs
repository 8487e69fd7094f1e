using Microsoft.JSInterop;

namespace Synic.Dashboard.Frame;

/// <summary>Hands a file to the viewer's browser, which saves it.</summary>
public sealed class ViewerFiles(IJSRuntime js)
{
    /// <param name="name">Of the file.</param>
    /// <param name="type">Of its content, as <c>text/csv</c>.</param>
    /// <param name="content">Is disposed when it is sent.</param>
    public async Task SaveAsync(string name, string type, Stream content)
    {
        using var reference = new DotNetStreamReference(content);
        await js.InvokeVoidAsync("synic.save", name, type, reference);
    }
}
