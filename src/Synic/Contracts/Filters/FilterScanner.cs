using System.Text;

namespace Synic.Contracts.Filters;

/// <summary>Reads a filter once from left to right; a wrong term ends at the next blank and the others still count.</summary>
internal sealed class FilterScanner
{
    private readonly string _text;
    private readonly List<FilterTerm> _terms = [];
    private readonly List<FilterError> _errors = [];
    private int _at;
    private int _values;

    private FilterScanner(string text) => _text = text;

    private bool AtEnd => _at >= _text.Length;

    private bool AtBlank => AtEnd || char.IsWhiteSpace(_text[_at]);

    public static FilterExpression Scan(string text)
    {
        if (text.Length > FilterExpression.MaxLength)
        {
            return new FilterExpression([], [TooLong(FilterExpression.MaxLength, text.Length, $"{FilterExpression.MaxLength} characters", $"{text.Length}")]);
        }

        var scanner = new FilterScanner(text);
        scanner.ScanTerms();
        return new FilterExpression(scanner._terms, scanner._errors);
    }

    private static FilterError TooLong(int position, int end, string limit, string found) => new(
        FilterError.TooLong, position, end - position, $"A filter has at most {limit}, not {found}.");

    private void ScanTerms()
    {
        while (true)
        {
            while (!AtEnd && AtBlank)
            {
                _at++;
            }

            if (AtEnd)
            {
                return;
            }

            var start = _at;
            if (_terms.Count == FilterExpression.MaxTerms)
            {
                _errors.Add(TooLong(start, _text.Length, $"{FilterExpression.MaxTerms} terms", "more"));
                return;
            }

            if (ScanTerm(start) is { } error)
            {
                _errors.Add(error);
                SkipTerm(start);
            }
            else if (_values > FilterExpression.MaxValues)
            {
                _errors.Add(TooLong(start, _at, $"{FilterExpression.MaxValues} values in all its terms", $"{_values}"));
                _terms.RemoveAt(_terms.Count - 1);
                return;
            }
        }
    }

    private FilterError? ScanTerm(int start)
    {
        var negated = _text[_at] == '-' && _at + 1 < _text.Length && !char.IsWhiteSpace(_text[_at + 1]);
        _at += negated ? 1 : 0;
        var key = ScanKey();
        var values = new List<FilterValue>();
        while (true)
        {
            if (ScanValue(start, keyed: key is not null, out var value) is { } error)
            {
                return error;
            }

            if (value is not null)
            {
                values.Add(value);
            }

            if (AtBlank)
            {
                break;
            }

            _at++; // the comma
        }

        if (values.Count == 0)
        {
            return key is null ? null : new FilterError( // commas alone ask for nothing
                FilterError.MissingValue, start, _at - start, $"“{key}:” at position {start + 1} needs a value.");
        }

        _values += values.Count;
        _terms.Add(new FilterTerm { Position = start, Length = _at - start, Negated = negated, Key = key, Values = values });
        return null;
    }

    private string? ScanKey()
    {
        var end = _at;
        while (end < _text.Length && _text[end] is not (':' or '"' or ',') && !char.IsWhiteSpace(_text[end]))
        {
            end++;
        }

        if (end == _at || end == _text.Length || _text[end] != ':')
        {
            return null;
        }

        var key = _text[_at..end].ToLowerInvariant();
        _at = end + 1;
        return key;
    }

    private FilterError? ScanValue(int start, bool keyed, out FilterValue? value)
    {
        var position = _at;
        var op = keyed ? ScanOperator() : "";
        value = null;
        string text;
        var quoted = !AtEnd && _text[_at] == '"';
        if (quoted)
        {
            if (ScanQuoted(out text) is { } error)
            {
                return error with { Position = start, Length = _text.Length - start, Message = $"The quote at position {position + op.Length + 1} is not closed." };
            }

            if (!AtBlank && _text[_at] != ',')
            {
                return new FilterError(
                    FilterError.MisplacedQuote, _at, 1, $"After a closing quote comes a blank or a comma, not “{_text[_at]}” (position {_at + 1}).");
            }
        }
        else
        {
            var from = _at;
            while (!AtBlank && _text[_at] != ',')
            {
                if (_text[_at] == '"')
                {
                    return new FilterError(
                        FilterError.MisplacedQuote, _at, 1, $"A quote stands round a whole value, not inside one (position {_at + 1}).");
                }

                _at++;
            }

            text = _text[from.._at];
            if (text.Length == 0)
            {
                return op.Length == 0 ? null : new FilterError(
                    FilterError.MissingValue, position, op.Length, $"“{op}” at position {position + 1} needs a value.");
            }
        }

        value = Value(position, op, text, quoted, keyed);
        return null;
    }

    private static FilterValue Value(int position, string op, string text, bool quoted, bool keyed)
    {
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        var kind = op.Length > 0 ? FilterValueKind.Comparison
            : quoted ? FilterValueKind.Quoted
            : keyed && dots >= 0 && text.Length > 2 ? FilterValueKind.Range
            : text.Contains('*', StringComparison.Ordinal) ? FilterValueKind.Glob
            : FilterValueKind.Plain;
        var value = new FilterValue { Position = position, Kind = kind, Operator = op, Text = text };
        return kind == FilterValueKind.Range ? value with { From = text[..dots], To = text[(dots + 2)..] } : value;
    }

    private string ScanOperator()
    {
        var length = AtEnd || _text[_at] is not ('<' or '>' or '=') ? 0
            : _text[_at] != '=' && _at + 1 < _text.Length && _text[_at + 1] == '=' ? 2
            : 1;
        _at += length;
        return _text.Substring(_at - length, length);
    }

    private FilterError? ScanQuoted(out string text)
    {
        var value = new StringBuilder();
        for (_at++; !AtEnd; _at++)
        {
            if (_text[_at] == '"')
            {
                _at++;
                text = value.ToString();
                return null;
            }

            if (_text[_at] == '\\' && _at + 1 < _text.Length && _text[_at + 1] is '"' or '\\')
            {
                _at++;
            }

            value.Append(_text[_at]);
        }

        text = "";
        return new FilterError(FilterError.UnclosedQuote, 0, 0, "");
    }

    private void SkipTerm(int start)
    {
        _at = Math.Max(_at, start + 1);
        while (!AtBlank)
        {
            _at++;
        }
    }
}
