namespace Synic.Guests;

/// <summary>What runs in a partition, with the host-side ports it needs. Disposing takes the ports away.</summary>
public interface IGuest : IDisposable
{
    /// <summary><c>demo</c>, <c>none</c>, …</summary>
    string Kind { get; }

    /// <summary>No guest code runs: this process makes the calls itself.</summary>
    bool Simulated { get; }

    /// <summary>One line for people.</summary>
    string Description { get; }

    /// <summary>Takes what the host types at the guest's serial port; null when the guest has none.</summary>
    ISerialInput? SerialInput => null;
}

/// <summary>The receiving side of a guest's serial port. Any thread.</summary>
public interface ISerialInput
{
    /// <summary>Bytes that could be typed now; only typing makes it less.</summary>
    int Room { get; }

    /// <summary>Types ahead of the guest.</summary>
    /// <returns>How many bytes there was room for, from the first one on.</returns>
    int Send(ReadOnlySpan<byte> data);
}

/// <summary>Takes the characters that a guest writes to its serial port. Called on a VP's thread: must not block.</summary>
public interface ISerialSink
{
    void Write(byte value);
}

/// <summary>How lively the demo guest is.</summary>
public sealed record DemoGuestOptions
{
    /// <summary>Rounds of the guest's loop for each second; each round makes a few calls. 1 to 1000.</summary>
    public int RoundsPerSecond { get; init; } = 4;

    /// <summary>After so many rounds the guest powers off; 0: never.</summary>
    public int Rounds { get; init; }

    internal void Validate()
    {
        if (RoundsPerSecond is < 1 or > 1000)
        {
            throw new ArgumentException("the demo makes 1 to 1000 rounds a second");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(Rounds);
    }
}
