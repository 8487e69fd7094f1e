using System.Text.Json;

namespace Synic.Dashboard.Client;

/// <summary>What a daemon answered: as it was sent, and as the record that it stands for.</summary>
/// <param name="json">The body.</param>
public sealed class SynicAnswer<T>(JsonElement json)
    where T : notnull
{
    /// <summary>As sent, with members that this version does not know.</summary>
    public JsonElement Json => json;

    /// <exception cref="SynicUnavailableException">It is not what this path answers.</exception>
    public T Value => field ??= SynicJson.Read<T>(json);
}
