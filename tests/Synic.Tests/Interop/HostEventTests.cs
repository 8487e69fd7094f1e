using Synic.Interop;

namespace Synic.Tests.Interop;

public sealed class HostEventTests
{
    [Fact]
    public void Take_NoSignal_IsZero()
    {
        using var hostEvent = new HostEvent();

        Assert.Equal(0UL, hostEvent.Take());
    }

    [Fact]
    public void Take_SeveralSignals_TakesThemAllOnce()
    {
        using var hostEvent = new HostEvent();
        hostEvent.Signal();
        hostEvent.Signal();
        hostEvent.Signal();

        Assert.Equal(3UL, hostEvent.Take());
        Assert.Equal(0UL, hostEvent.Take());
    }

    [Fact]
    public void Wait_TimeoutPasses_IsZero()
    {
        using var hostEvent = new HostEvent();

        Assert.Equal(0UL, hostEvent.Wait(TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void Wait_SignalFromAnotherThread_Returns()
    {
        using var hostEvent = new HostEvent();
        var thread = new Thread(hostEvent.Signal);
        thread.Start();

        Assert.Equal(1UL, hostEvent.Wait(Timeout.InfiniteTimeSpan));
        thread.Join();
    }
}
