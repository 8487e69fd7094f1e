namespace Synic.Diagnostics;

/// <summary>Takes the durations of sampled posts and signals. Called on the VP's thread: must not block.</summary>
public interface IDispatchTimings
{
    void RecordPost(double seconds);

    void RecordSignal(double seconds);
}
