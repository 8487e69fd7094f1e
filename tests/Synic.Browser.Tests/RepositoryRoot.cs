namespace Synic.Browser.Tests;

/// <summary>The folder that holds the solution: tests leave pictures in its <c>artifacts</c>, and find what <c>tests/run</c> fetched there.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    public static string Artifacts(params ReadOnlySpan<string> names) => System.IO.Path.Combine([Path, "artifacts", .. names]);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Synic.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
