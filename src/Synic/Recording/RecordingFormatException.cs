namespace Synic.Recording;

/// <summary>A recording cannot be read; the message says why.</summary>
public sealed class RecordingFormatException : Exception
{
    public RecordingFormatException()
    {
    }

    public RecordingFormatException(string message)
        : base(message)
    {
    }

    public RecordingFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public RecordingFormatException(int line, string message, Exception? innerException = null)
        : base(message, innerException) => Line = line;

    /// <summary>Which line, from 1.</summary>
    public int Line { get; }
}
