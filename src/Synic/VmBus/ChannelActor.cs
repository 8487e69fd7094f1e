namespace Synic.VmBus;

/// <summary>Runs a piece of work on the thread pool, never twice at once, again whenever it was asked for meanwhile.</summary>
/// <remarks>Asking allocates nothing and never blocks, so a VP may do it.</remarks>
internal abstract class ChannelActor : IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Scheduled = 1;
    private const int ScheduledAgain = 2;
    private const int Stopped = 3;

    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;
    private int _state;

    public void Schedule()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state is ScheduledAgain or Stopped)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _state, state + 1, state) == state)
            {
                if (state == Idle)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                }

                return;
            }
        }
    }

    /// <summary>Completes when no run is going on, and none will start.</summary>
    public Task StopAsync()
    {
        _stopping = true;
        TryFinish();
        return _stopped.Task;
    }

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.CompareExchange(ref _state, Scheduled, ScheduledAgain);
        if (!_stopping)
        {
            Run();
        }

        if (Interlocked.CompareExchange(ref _state, Idle, Scheduled) != Scheduled)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false); // behind others: no channel keeps a thread
        }
        else if (_stopping)
        {
            TryFinish();
        }
    }

    /// <summary>Must not throw.</summary>
    protected abstract void Run();

    private void TryFinish()
    {
        if (Interlocked.CompareExchange(ref _state, Stopped, Idle) == Idle)
        {
            _stopped.TrySetResult();
        }
    }
}
