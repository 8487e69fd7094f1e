using Synic.Backends;
using Synic.Contracts;
using Synic.History;
using Synic.Hv;

namespace Synic.Recording;

/// <summary>
/// Makes recorded calls again, in an emulated partition with the recorded port table, and compares the statuses. Lookup,
/// kind, VTL and the checks of the input are computed anew; only whether a port had room, or failed, is taken from the
/// recording.
/// </summary>
public static class Replay
{
    private const int MaxListed = 1000;
    private const int SmallestMemory = 16 * Gpa.PageSize;

    /// <summary>Replays a recording.</summary>
    /// <param name="text">Its lines.</param>
    /// <param name="dialect">Null for the recorded one; another shows what a guest would see differently.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RecordingFormatException">A line is none of a recording.</exception>
    public static async Task<ReplayReport> RunAsync(TextReader text, SynicDialect? dialect, CancellationToken cancellation)
    {
        var reader = await RecordingReader.OpenAsync(text, cancellation).ConfigureAwait(false);
        using var run = new Run(reader.Header, dialect);
        await foreach (var (line, record) in reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            run.Apply(record, line);
        }

        return run.Report(reader.IsComplete);
    }

    private sealed class Run : IDisposable
    {
        private readonly IPartition _partition;
        private readonly RecordedAnswer _answer = new();
        private readonly ReplayTable _table;
        private readonly ReplayCalls _calls;
        private readonly Dictionary<string, int> _skipped = [];
        private readonly List<ReplayDifference> _differences = [];
        private readonly SynicDialect _dialect;
        private int _records;
        private int _replayed;
        private int _different;
        private long _dropped;

        public Run(RecordingHeader header, SynicDialect? dialect)
        {
            if (!SynicDialects.TryParse(header.Dialect, out var recorded))
            {
                throw new RecordingFormatException(1, $"there is no dialect '{header.Dialect}'");
            }

            _dialect = dialect ?? recorded;
            _partition = HypervisorCatalog.Create(
                BackendKind.Emulated, new PartitionOptions { MemoryBytes = SmallestMemory, Vps = 1, Dialect = _dialect }, out _);
            _table = new ReplayTable(_partition, _answer);
            _calls = new ReplayCalls(_partition);
            try
            {
                foreach (var port in header.Ports)
                {
                    _table.Add(port ?? throw new RecordingFormatException(1, "a port is null"), line: 1);
                }
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public void Apply(EventRecord record, int line)
        {
            _records++;
            if (!CallLabels.TryParse(record.Kind, out var kind))
            {
                return; // of a newer program: a record, not a call
            }

            switch (kind)
            {
                case CallKind.PortAdded:
                    _table.Add(record, line);
                    break;
                case CallKind.PortRemoved:
                    _table.Remove(record, line);
                    break;
                case CallKind.Dropped:
                    _dropped += record.Count ?? 0;
                    break;
                case CallKind.Post or CallKind.Signal or CallKind.MonitorTrigger:
                    Call(kind, record, line);
                    break;
            }
        }

        public ReplayReport Report(bool complete) => new()
        {
            Dialect = _dialect.Name(),
            Complete = complete,
            Records = _records,
            Replayed = _replayed,
            Matched = _replayed - _different,
            Skipped = _skipped,
            Dropped = _dropped,
            DifferencesTotal = _different,
            Differences = _differences,
        };

        public void Dispose()
        {
            _table.Dispose();
            _partition.Dispose();
        }

        private void Call(CallKind kind, EventRecord record, int line)
        {
            if (record.InjectedBy is not null)
            {
                Skip("injected"); // a rule made the status, and there are no rules here
                return;
            }

            _answer.Status = record.Status ?? throw new RecordingFormatException(line, "a call has a status");
            if (_calls.Make(kind, record, line) is not { } status)
            {
                Skip(record.Reason ?? "unknown");
                return;
            }

            _replayed++;
            if (status.Name != record.Status)
            {
                _different++;
                if (_differences.Count < MaxListed)
                {
                    _differences.Add(new ReplayDifference(
                        record.Seq, record.Kind, record.Connection, record.Vp, record.Vtl ?? 0, record.Status, status.Name,
                        $"recorded: {record.Reason ?? "the port took it"}; replayed: {_calls.Explain(kind, record, status)}"));
                }
            }
        }

        private void Skip(string reason) => _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;
    }
}
