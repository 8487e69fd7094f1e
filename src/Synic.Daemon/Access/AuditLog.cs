using System.Text.Json;
using Synic.Contracts;
using Synic.Daemon.Configuration;

namespace Synic.Daemon.Access;

/// <summary>It could not be written down who wants to do what, so it is not done.</summary>
internal sealed class AuditFailedException(string message, Exception cause) : Exception(message, cause);

/// <summary>Writes to the daemon's log, to a ring for the API, and, where the settings name one, to a file that only grows.</summary>
internal sealed partial class AuditLog : IAudit, IDisposable
{
    public const int Capacity = 1024;

    private readonly Lock _gate = new(); // guards the rest: the file has the order of the ring
    private readonly AuditRecord[] _ring = new AuditRecord[Capacity];
    private readonly FileStream? _file;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditLog> _logger;
    private long _count;

    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">As well.</exception>
    public AuditLog(DaemonSettings settings, TimeProvider time, ILogger<AuditLog> logger)
    {
        _time = time;
        _logger = logger;
        _file = settings.AuditFile is { } path
            ? new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0)
            : null;
    }

    /// <summary>Records that are still known.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return Math.Min(_count, Capacity);
            }
        }
    }

    /// <exception cref="AuditFailedException">It is not in the file.</exception>
    public void Record(AuditEntry entry)
    {
        lock (_gate)
        {
            var record = new AuditRecord
            {
                Seq = _count + 1,
                Time = _time.GetUtcNow(),
                Action = entry.Action,
                Caller = entry.Caller,
                Address = entry.Address,
                Target = entry.Target,
                Outcome = entry.Outcome,
                Reason = entry.Reason,
                Before = entry.Before,
                After = entry.After,
            };
            Append(record);
            _ring[_count++ % Capacity] = record;
        }

        Write(entry.Action, entry.Caller, entry.Address, entry.Target, entry.Outcome, entry.Reason, entry.Before, entry.After);
    }

    /// <summary>Records that are still known, newest first.</summary>
    /// <param name="before">Only older ones.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="total">How many there are.</param>
    public IReadOnlyList<AuditRecord> Read(long before, int limit, out int total)
    {
        lock (_gate)
        {
            var oldest = Math.Max(0, _count - Capacity);
            total = (int)(_count - oldest);
            var records = new List<AuditRecord>();
            for (var at = Math.Min(_count, before - 1); at > oldest && records.Count < limit; at--)
            {
                records.Add(_ring[(at - 1) % Capacity]);
            }

            return records;
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Append(AuditRecord record)
    {
        if (_file is null)
        {
            return;
        }

        try
        {
            _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(record, JsonSerializerOptions.Web), (byte)'\n']); // one write: a line is there or not
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw new AuditFailedException($"{_file.Name}: {e.Message}", e);
        }
    }

    [LoggerMessage(
        801, LogLevel.Information, "{Action} by {Caller} from {Address}: {Target}: {Outcome} (reason: {Reason}, before: {Before}, after: {After})",
        EventName = "Audit")]
    private partial void Write(
        string action, string caller, string address, string target, string outcome, string? reason, string? before, string? after);
}
