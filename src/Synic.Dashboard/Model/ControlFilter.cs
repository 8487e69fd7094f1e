namespace Synic.Dashboard.Model;

/// <summary>
/// Takes terminal sequences (ESC …) out of a stream and makes other control characters visible, as ^G; what is left is
/// text, and the four characters that move on a line or to the next.
/// </summary>
internal sealed class ControlFilter
{
    /// <summary>A sequence that does not end is not one; a guest must not swallow its own output for ever.</summary>
    private const int LongestSequence = 256;

    // The guest's bytes are Latin-1; each of these texts is there once.
    private static readonly string[] s_visible = [.. Enumerable.Range(0, 0x100).Select(static c => c switch
    {
        '\n' or '\r' or '\t' or '\b' => ((char)c).ToString(),
        < ' ' => $"^{(char)(c + '@')}",
        0x7f => "^?",
        (>= 0x80 and < 0xa0) or 0xad => "\ufffd",
        _ => ((char)c).ToString(),
    })];

    private State _state;
    private int _length;

    private enum State
    {
        Text,
        Escape,

        /// <summary>ESC [ until a letter.</summary>
        Control,

        /// <summary>ESC ] and its kind until BEL or ESC \.</summary>
        String,
        StringEscape,

        /// <summary>ESC ( and its kind: one more character.</summary>
        OneMore,
    }

    /// <returns>What to write; nothing when it is a part of a sequence.</returns>
    public string Take(char c)
    {
        if (_state == State.Text)
        {
            if (c != '\e')
            {
                return Visible(c);
            }

            Enter(State.Escape);
            return "";
        }

        if (++_length > LongestSequence)
        {
            _state = State.Text;
            return Visible(c);
        }

        switch (_state)
        {
            case State.Escape:
                AfterEscape(c);
                return "";
            case State.Control when c is >= ' ' and <= '?':
                return "";
            case State.String or State.StringEscape when !EndsString(c):
                _state = c == '\e' ? State.StringEscape : State.String;
                return "";
            case State.Control when c < ' ':
                _state = State.Text; // a broken sequence: what follows is text again
                return Visible(c);
            default:
                _state = State.Text;
                return "";
        }
    }

    private bool EndsString(char c) => c == '\a' || (_state == State.StringEscape && c == '\\');

    private void AfterEscape(char c) => _state = c switch
    {
        '[' => State.Control,
        ']' or 'P' or '_' or '^' or 'X' => State.String,
        '(' or ')' or '*' or '+' or '#' or '%' => State.OneMore,
        '\e' => State.Escape,
        _ => State.Text,
    };

    private void Enter(State state)
    {
        _state = state;
        _length = 0;
    }

    private static string Visible(char c) => c < s_visible.Length ? s_visible[c] : "\ufffd";
}
