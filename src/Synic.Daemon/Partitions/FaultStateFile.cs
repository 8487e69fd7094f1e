using System.Text.Json;
using Synic.Contracts;
using Synic.Daemon.Configuration;
using Synic.Faults;

namespace Synic.Daemon.Partitions;

/// <summary>Keeps the rules that ask for it (<c>persist</c>) over restarts of the daemon. They come back paused.</summary>
internal sealed partial class FaultStateFile
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private readonly Lock _gate = new(); // guards _kept and the file
    private readonly string? _path;
    private readonly ILogger<FaultStateFile> _logger;
    private readonly Dictionary<string, IReadOnlyList<KeptRule>> _kept;

    /// <exception cref="SettingsException">The file is there and cannot be read.</exception>
    public FaultStateFile(DaemonSettings settings, ILogger<FaultStateFile> logger)
    {
        _path = settings.Lab ? settings.FaultStateFile : null;
        _logger = logger;
        _kept = Load(_path);
    }

    /// <summary>Null: rules can be kept.</summary>
    public string? WhyNot => _path is null ? "the daemon has no file for it; start it with --fault-state FILE" : null;

    /// <summary>Brings the rules of a partition back, and keeps them from now on, until the result is disposed.</summary>
    /// <exception cref="SettingsException">A rule of the file is none.</exception>
    public IDisposable? Attach(string partition, FaultRules rules)
    {
        if (_path is null)
        {
            return null;
        }

        foreach (var (state, spec) in _kept.GetValueOrDefault(partition) ?? [])
        {
            if (!FaultRuleReader.TryRead(spec with { Arm = false }, spec.Id ?? "", "restart", out var rule, out var errors))
            {
                var (field, messages) = errors.First();
                throw new SettingsException([$"{_path}: rule '{spec.Id}' of '{partition}': {field} {messages[0]}"]);
            }

            rules.Restore(rule, state != Names.Of(FaultState.Draft));
        }

        void Keep(FaultStateChange change) => Save(partition, rules);
        rules.Changed += Keep;
        return new Attachment(() => rules.Changed -= Keep);
    }

    private static Dictionary<string, IReadOnlyList<KeptRule>> Load(string? path)
    {
        if (path is null || !File.Exists(path))
        {
            return [];
        }

        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<KeptRule>>>(file, s_json) ?? [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"Synic:FaultStateFile: {path}: {e.Message}"]);
        }
    }

    private void Save(string partition, FaultRules rules)
    {
        lock (_gate)
        {
            // Read inside the lock: of two changes at once the later picture is written last.
            _kept[partition] = [.. rules.List().Where(static v => v.Rule.Persist).Select(static v => new KeptRule(Names.Of(v.State), FaultRuleWriter.Write(v.Rule)))];
            try
            {
                var next = _path + ".new";
                File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(_kept, s_json));
                File.Move(next, _path!, overwrite: true); // the file is the old one or the new one, whatever happens
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                NotKept(_path!, e.Message);
            }
        }
    }

    [LoggerMessage(802, LogLevel.Error, "Fault rules could not be kept in {Path}: {Reason}")]
    private partial void NotKept(string path, string reason);

    private sealed record KeptRule(string State, FaultRuleSpec Rule);

    private sealed class Attachment(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
