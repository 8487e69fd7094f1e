using Synic.Hv;
using Synic.Monitors;

namespace Synic.Tests.Monitors;

public sealed class MonitorListTests
{
    private readonly MonitorList _monitors = new();

    [Theory]
    [InlineData(128)]
    [InlineData(255)]
    public void Register_IdOutOfRange_ThrowsAndTakesNothing(byte value)
    {
        var error = Assert.Throws<MonitorIdException>(() => _monitors.Register(new MonitorId(value), new ConnectionId(1)));

        Assert.False(error.InUse);
        Assert.Equal(new MonitorId(value), error.Id);
        Assert.Equal(0, _monitors.Count);
        Assert.False(_monitors.TryGet(new MonitorId(value), out _));
        Assert.Equal(0, _monitors.Triggers(new MonitorId(value)));
    }

    [Fact]
    public void Register_IdInUse_ThrowsAndKeepsTheFirst()
    {
        _monitors.Register(new MonitorId(127), new ConnectionId(1));

        var error = Assert.Throws<MonitorIdException>(() => _monitors.Register(new MonitorId(127), new ConnectionId(2)));

        Assert.True(error.InUse);
        Assert.True(_monitors.TryGet(new MonitorId(127), out var connection));
        Assert.Equal(new ConnectionId(1), connection);
    }

    [Fact]
    public void Dispose_Twice_DoesNotTakeTheIdFromTheNext()
    {
        var first = _monitors.Register(new MonitorId(5), new ConnectionId(1));
        first.Dispose();
        _monitors.Register(new MonitorId(5), new ConnectionId(2));

        first.Dispose();

        Assert.True(_monitors.TryGet(new MonitorId(5), out var connection));
        Assert.Equal(new ConnectionId(2), connection);
        Assert.Equal(1, _monitors.Count);
    }

    [Fact]
    public void Register_ConnectionWithAllBits_IsNotTakenForAFreeId()
    {
        _monitors.Register(new MonitorId(0), new ConnectionId(uint.MaxValue));

        Assert.True(_monitors.TryGet(new MonitorId(0), out var connection));
        Assert.Equal(new ConnectionId(uint.MaxValue), connection);
    }
}
