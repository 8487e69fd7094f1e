namespace Synic.Diagnostics;

/// <summary>Receives the duration of one call in 64.</summary>
public interface IDispatchTimings
{
    void RecordPost(double seconds);

    void RecordSignal(double seconds);
}
