using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Synic.Daemon.Access;

/// <summary>Links that log a browser in. Each works once: it may stay in a terminal's history or a browser's.</summary>
internal sealed class LoginLinks
{
    public const string Path = "/login";
    private const int MaxOpen = 16;

    private readonly ConcurrentDictionary<string, byte> _open = new();

    /// <returns>The path with its one-time token.</returns>
    public string Create()
    {
        if (_open.Count >= MaxOpen)
        {
            _open.Clear(); // whoever asks again and again has not used them
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _open[token] = 0;
        return $"{Path}?t={token}";
    }

    public bool TryUse(string token) => _open.TryRemove(token, out _);
}
