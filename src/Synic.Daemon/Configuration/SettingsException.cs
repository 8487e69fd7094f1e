namespace Synic.Daemon.Configuration;

/// <summary>The daemon cannot start as it was asked to; one line for each mistake.</summary>
internal sealed class SettingsException(IReadOnlyList<string> mistakes) : Exception(string.Join(Environment.NewLine, mistakes))
{
    public IReadOnlyList<string> Mistakes { get; } = mistakes;
}
