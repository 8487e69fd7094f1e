namespace Synic.Guests;

/// <summary>A guest cannot be loaded from its file: one line that says what is wrong with which file.</summary>
public sealed class GuestImageException : Exception
{
    public GuestImageException(string path, string problem, Exception? inner = null)
        : base($"{path}: {problem}", inner) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
