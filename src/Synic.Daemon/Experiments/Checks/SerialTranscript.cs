using System.Text;
using System.Text.RegularExpressions;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Experiments.Checks;

/// <summary>A text, or a regular expression, that lines of serial output may have.</summary>
internal sealed class SerialPattern
{
    private static readonly TimeSpan s_matchTime = TimeSpan.FromSeconds(1);

    private readonly Regex? _expression;

    /// <param name="text">To look for.</param>
    /// <param name="expression">It is a regular expression.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public SerialPattern(string text, bool expression)
    {
        Text = text;
        _expression = expression ? new Regex(text, RegexOptions.CultureInvariant, s_matchTime) : null;
    }

    public string Text { get; }

    public bool IsIn(string line)
    {
        try
        {
            return _expression?.IsMatch(line) ?? line.Contains(Text, StringComparison.Ordinal);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    public override string ToString() => _expression is null ? $"\"{Text}\"" : $"/{Text}/";
}

/// <summary>Counts what the guest prints, line by line, and keeps the last lines for the report.</summary>
internal sealed class SerialTranscript(SerialRing ring, IReadOnlyList<SerialPattern> patterns)
{
    public const int KeptLines = 200;
    private const int MaxLine = 4096;

    private readonly StringBuilder _line = new();
    private readonly Queue<string> _lines = new();
    private readonly long[] _counts = new long[patterns.Count];
    private long _position;

    /// <summary>Characters that came faster than they were looked at.</summary>
    public long Lost { get; private set; }

    /// <summary>The last lines, the unfinished one too.</summary>
    public IReadOnlyList<string> Lines => _line.Length == 0 ? [.. _lines] : [.. _lines, _line.ToString()];

    /// <summary>Takes what has come since.</summary>
    public void Pump()
    {
        while (ring.TryTake(ref _position, out var chunk))
        {
            Lost += chunk.Lost;
            foreach (var c in chunk.Text)
            {
                if (c == '\n' || _line.Length >= MaxLine)
                {
                    EndLine();
                }

                if (c is not ('\n' or '\r'))
                {
                    _line.Append(c);
                }
            }
        }
    }

    /// <summary>Lines that have it. The unfinished one counts: a prompt has no end.</summary>
    public long Count(SerialPattern pattern)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            if (ReferenceEquals(patterns[i], pattern))
            {
                return _counts[i] + (_line.Length > 0 && pattern.IsIn(_line.ToString()) ? 1 : 0);
            }
        }

        return 0;
    }

    private void EndLine()
    {
        var line = _line.ToString();
        _line.Clear();
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += patterns[i].IsIn(line) ? 1 : 0;
        }

        if (_lines.Count == KeptLines)
        {
            _lines.Dequeue();
        }

        _lines.Enqueue(line);
    }
}
