using Synic.Daemon.Cli;

namespace Synic.Daemon.Tests.Cli;

/// <summary>A terminal at which somebody waits for a picture, then does something, then waits for the next.</summary>
internal sealed class ScriptedTerminal : StringWriter, ITerminal
{
    private readonly Lock _lock = new(); // guards all below: pictures and keys come on different threads
    private readonly Queue<(string Text, Action Act)> _steps = [];
    private readonly Queue<ConsoleKeyInfo> _typed = [];
    private TaskCompletionSource<ConsoleKeyInfo>? _reader;

    /// <summary>A picture that does not come by then never will.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _ctrlC = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    /// <summary>Ends the command as Ctrl+C does.</summary>
    public CancellationToken Cancellation => _ctrlC.Token;

    /// <summary>What nobody came to do, because the picture never came.</summary>
    public IEnumerable<string> Left => _steps.Select(static s => s.Text);

    public ScriptedTerminal WhenCtrlC(string text) => When(text, _ctrlC.Cancel);

    public (int Width, int Height) Size { get; set; } = (100, 20);

    /// <summary>What was drawn last.</summary>
    public string Picture { get; private set; } = "";

    /// <summary>When a picture has this text, types these characters.</summary>
    public ScriptedTerminal When(string text, string keys) => When(text, () =>
    {
        foreach (var key in keys)
        {
            Press(KeyOf(key));
        }
    });

    public ScriptedTerminal When(string text, Action act)
    {
        _steps.Enqueue((text, act));
        return this;
    }

    /// <summary>From now on somebody waits.</summary>
    public void Begin() => _ctrlC.CancelAfter(s_patience);

    public override void Write(string? value)
    {
        Action? act = null;
        lock (_lock)
        {
            base.Write(value);
            if (value is { Length: > 0 } && value.Contains("\e[?2026l", StringComparison.Ordinal))
            {
                Picture = value;
                if (_steps.TryPeek(out var step) && value.Contains(step.Text, StringComparison.Ordinal))
                {
                    act = _steps.Dequeue().Act;
                }
            }
        }

        act?.Invoke();
    }

    public async ValueTask<ConsoleKeyInfo> ReadKeyAsync(CancellationToken cancellation)
    {
        TaskCompletionSource<ConsoleKeyInfo> reader;
        lock (_lock)
        {
            if (_typed.TryDequeue(out var key))
            {
                return key;
            }

            reader = _reader = new TaskCompletionSource<ConsoleKeyInfo>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return await reader.Task.WaitAsync(cancellation);
    }

    protected override void Dispose(bool disposing)
    {
        _ctrlC.Dispose();
        base.Dispose(disposing);
    }

    public static ConsoleKeyInfo KeyOf(char key) => key switch
    {
        '\r' => new ConsoleKeyInfo(key, ConsoleKey.Enter, false, false, false),
        '\e' => new ConsoleKeyInfo(key, ConsoleKey.Escape, false, false, false),
        '\b' => new ConsoleKeyInfo(key, ConsoleKey.Backspace, false, false, false),
        _ => new ConsoleKeyInfo(key, ConsoleKey.None, false, false, false),
    };

    private void Press(ConsoleKeyInfo key)
    {
        lock (_lock)
        {
            if (_reader?.TrySetResult(key) != true)
            {
                _typed.Enqueue(key);
            }
        }
    }
}
