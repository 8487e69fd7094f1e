namespace Synic.Daemon.Experiments.Reading;

/// <summary>Everything that is wrong with a file: where, as a JSON path, and what is allowed there.</summary>
internal sealed class Mistakes
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All => _all;

    public int Count => _all.Count;

    /// <param name="path">As <c>$.steps[2].when</c>.</param>
    /// <param name="what">Goes on behind the path: "is true or false, not 'x'".</param>
    public void Add(string path, string what) => _all.Add($"{path} {what}");
}
