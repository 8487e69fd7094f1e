using Synic.Contracts;
using Synic.Dashboard.Model;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Model;

public sealed class PortRowsTests
{
    private static readonly PortSort s_mostCalls = PortSort.Parse("-calls");
    private readonly PortRows _rows = new();

    [Fact]
    public void Update_Held_KeepsPlacesAndSaysThatTheOrderChanged()
    {
        Update([Port(1, calls: 30), Port(2, calls: 20)], hold: false);

        Update([Port(1, calls: 31), Port(2, calls: 99)], hold: true);

        Assert.Equal([(1u, 31L), (2u, 99L)], _rows.Rows.Select(r => (r.Connection, r.Calls!.Value)));
        Assert.True(_rows.OrderChanged);
    }

    [Fact]
    public void Update_LetGo_SortsAgain()
    {
        Update([Port(1, calls: 30), Port(2, calls: 20)], hold: false);
        Update([Port(1, calls: 31), Port(2, calls: 99)], hold: true);

        Update([Port(1, calls: 31), Port(2, calls: 99)], hold: false);

        Assert.Equal([2u, 1u], _rows.Rows.Select(r => r.Connection));
        Assert.False(_rows.OrderChanged);
    }

    [Fact]
    public void Update_HeldWhilePortsComeAndGo_GoneLeaveAndNewComeLast()
    {
        Update([Port(1, calls: 30), Port(2, calls: 20), Port(3, calls: 10)], hold: false);

        Update([Port(9, calls: 500), Port(3, calls: 10), Port(1, calls: 30)], hold: true);

        Assert.Equal([1u, 3u, 9u], _rows.Rows.Select(r => r.Connection));
    }

    [Fact]
    public void Update_HeldAndPortReplaced_IsAnotherRow()
    {
        Update([Port(1, calls: 30), Port(2, calls: 20)], hold: false);

        Update([Port(1, calls: 0) with { Generation = 2 }, Port(2, calls: 20)], hold: true);

        Assert.Equal([(2u, 1L), (1u, 2L)], _rows.Rows.Select(r => (r.Connection, r.Generation)));
    }

    [Fact]
    public void Update_ValuesNotKnown_SortLastWhenMostComeFirst()
    {
        Update([Port(1, calls: null), Port(2, calls: 0), Port(3, calls: 5)], hold: false);

        Assert.Equal([3u, 2u, 1u], _rows.Rows.Select(r => r.Connection));
    }

    private static PortSummary Port(uint connection, long? calls) => Some.Port(connection) with { Calls = calls };

    private void Update(PortSummary[] ports, bool hold) => _rows.Update(ports, PortFilter.All, s_mostCalls, hold);
}
