using System.Text;
using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>The last lines of what a guest wrote to its serial port, as text that is safe to show; bounded in both directions.</summary>
internal sealed class TerminalBuffer
{
    public const int MaxLines = 1000;

    /// <summary>A longer line goes on in the next one.</summary>
    public const int MaxLength = 512;

    private const int TabStop = 8;
    private readonly Queue<TerminalLine> _lines = new();
    private readonly StringBuilder _line = new();
    private readonly ControlFilter _filter = new();
    private long _next;
    private int _column;

    /// <summary>Characters that nobody can have any more.</summary>
    public long Lost { get; private set; }

    /// <summary>Characters taken.</summary>
    public long Taken { get; private set; }

    /// <summary>Lines that had to go.</summary>
    public long Dropped { get; private set; }

    /// <summary>The last one may still grow.</summary>
    public IEnumerable<TerminalLine> Lines =>
        _line.Length == 0 ? _lines : _lines.Append(new TerminalLine(_next, _line.ToString(), Notice: false));

    public void Append(SerialChunk chunk)
    {
        if (chunk.Lost > 0)
        {
            EndLine();
            Lost += chunk.Lost;
            Add($"{Format.Count(chunk.Lost)} {(chunk.Lost == 1 ? "character" : "characters")} lost", notice: true);
        }

        Taken += chunk.Text.Length;
        foreach (var c in chunk.Text)
        {
            foreach (var shown in _filter.Take(c))
            {
                Write(shown);
            }
        }
    }

    private void Write(char c)
    {
        switch (c)
        {
            case '\n':
                Add(_line.ToString(), notice: false);
                Clear();
                break;
            case '\r':
                _column = 0;
                break;
            case '\b':
                _column = Math.Max(0, _column - 1);
                break;
            case '\t':
                do
                {
                    Put(' ');
                }
                while (_column % TabStop != 0);
                break;
            default:
                Put(c);
                break;
        }
    }

    private void Put(char c)
    {
        if (_column == MaxLength)
        {
            EndLine();
        }

        if (_column < _line.Length)
        {
            _line[_column] = c; // after a carriage return: over what is there
        }
        else
        {
            _line.Append(c);
        }

        _column++;
    }

    private void EndLine()
    {
        if (_line.Length > 0)
        {
            Add(_line.ToString(), notice: false);
        }

        Clear();
    }

    private void Clear()
    {
        _line.Clear();
        _column = 0;
    }

    private void Add(string text, bool notice)
    {
        _lines.Enqueue(new TerminalLine(_next++, text, notice));
        if (_lines.Count > MaxLines)
        {
            _lines.Dequeue();
            Dropped++;
        }
    }
}
