using Synic.Backends;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Hv;
using Synic.Ports;
using Synic.Ports.Handlers;

namespace Synic.Daemon.Tests.Partitions;

public sealed class OwnedPortsTests : IDisposable
{
    private readonly IPartition _first = Create();
    private readonly IPartition _second = Create();
    private readonly OwnedPorts _ports;

    public OwnedPortsTests() => _ports = new OwnedPorts(_first);

    public void Dispose()
    {
        _ports.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void Move_AllHandlers_AreInTheOtherPartitionAndNoLongerInTheFirst()
    {
        foreach (var (i, handler) in BuiltInHandlers.Names.Index())
        {
            _ports.Add(Port((uint)i + 1, handler));
        }

        _ports.Move(() => _second, NotRefused);

        Assert.Empty(_first.Ports.Map.Snapshot());
        Assert.Equal(BuiltInHandlers.Names.Count, _second.Ports.Map.Snapshot().Count);
        Assert.Empty(_first.Ports.GuestPorts());
        Assert.Single(_second.Ports.GuestPorts()); // the echo's answers
    }

    [Fact]
    public async Task Add_WhileOthersMove_IsInTheOtherPartition()
    {
        Task<PortRegistration>? adding = null;
        _ports.Move(
            () =>
            {
                adding = Task.Run(() => _ports.Add(Port(5, BuiltInHandlers.Sink)));
                return _second;
            },
            NotRefused);

        await adding!;

        Assert.True(_second.Ports.Map.TryGet(new ConnectionId(5), out _));
        Assert.Empty(_first.Ports.Map.Snapshot());
    }

    [Fact]
    public void Move_ConnectionTakenThere_TellsAndKeepsTheOthers()
    {
        using var other = _second.Ports.AddMessagePort(new ConnectionId(1), Vtl.Vtl0, new SinkPort(), "test");
        _ports.Add(Port(1, BuiltInHandlers.Sink));
        _ports.Add(Port(2, BuiltInHandlers.Sink));
        var refused = new List<ConnectionId>();

        _ports.Move(() => _second, (port, _) => refused.Add(port.Connection));

        Assert.Equal([new ConnectionId(1)], refused);
        Assert.True(_second.Ports.Map.TryGet(new ConnectionId(2), out _));
    }

    [Fact]
    public void Move_Removable_IsRemovableThereUnderItsNewGeneration()
    {
        var before = _ports.Add(Port(1, BuiltInHandlers.Sink)).Generation;

        _ports.Move(() => _second, NotRefused);

        Assert.True(_second.Ports.Map.TryGet(new ConnectionId(1), out var port));
        Assert.False(_ports.Remove(before));
        Assert.True(_ports.Remove(port.Generation));
        Assert.Empty(_second.Ports.Map.Snapshot());
    }

    private static IPartition Create() => HypervisorCatalog.Create(BackendKind.Emulated, new PartitionOptions { MemoryBytes = 1 << 20 }, out _);

    private static NewPort Port(uint connection, string handler) =>
        new() { Connection = new ConnectionId(connection), Handler = handler, Owner = "test", Removable = true };

    private static void NotRefused(NewPort port, PortRegistrationException e) => Assert.Fail(e.Message);
}
