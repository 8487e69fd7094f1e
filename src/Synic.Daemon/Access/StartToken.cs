using System.Security.Cryptography;
using System.Text;
using Synic.Daemon.Configuration;

namespace Synic.Daemon.Access;

/// <summary>The token that has all rights. Compared by its hash, in constant time.</summary>
internal sealed class StartToken
{
    public const string Variable = "SYNIC_TOKEN";
    public const int MinimumLength = 16;

    private readonly byte[] _hash;
    private readonly byte[] _browserHash;

    private StartToken(string value, TokenSource source, string origin)
    {
        Value = value;
        Source = source;
        Origin = origin;
        BrowserKey = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(value), "browser"u8));
        _hash = Hash(value);
        _browserHash = Hash(BrowserKey);
    }

    public string Value { get; }

    public TokenSource Source { get; }

    /// <summary>Where it came from, for people.</summary>
    public string Origin { get; }

    /// <summary>What a browser's cookie holds: made from the token, so that it outlives a restart with the same one.</summary>
    public string BrowserKey { get; }

    /// <exception cref="SettingsException">The file cannot be read, or what was given is too short.</exception>
    public static StartToken Load(DaemonSettings settings)
    {
        if (settings.TokenFile is { } file)
        {
            try
            {
                return Given(File.ReadAllText(file).Trim(), TokenSource.File, $"the file {file}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new SettingsException([$"Synic:TokenFile: {e.Message}"]);
            }
        }

        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value
            ? Given(value, TokenSource.Environment, $"the environment variable {Variable}")
            : new StartToken(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)), TokenSource.Random, "made at random");
    }

    public bool Matches(string candidate) => CryptographicOperations.FixedTimeEquals(Hash(candidate), _hash);

    public bool MatchesBrowser(string candidate) => CryptographicOperations.FixedTimeEquals(Hash(candidate), _browserHash);

    private static StartToken Given(string value, TokenSource source, string origin) =>
        value.Length >= MinimumLength
            ? new StartToken(value, source, origin)
            : throw new SettingsException([$"the token from {origin} has fewer than {MinimumLength} characters"]);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

internal enum TokenSource
{
    Random,
    Environment,
    File,
}
