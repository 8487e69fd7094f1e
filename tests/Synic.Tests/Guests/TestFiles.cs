namespace Synic.Tests.Guests;

/// <summary>Files of one test, in a folder that goes away with it.</summary>
internal sealed class TestFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("synic-guest-");
    private int _count;

    public string Folder => _folder.FullName;

    public string Write(ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(_folder.FullName, $"image{_count++}");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
