using System.Threading.Channels;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Components.Pages;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class PartitionViewTests : DashboardTest
{
    [Fact]
    public void Render_UnknownPartition_SaysSo()
    {
        Client.Partition.Writer.TryWrite(Some.Snapshot(null));
        Client.Partition.Writer.Complete();

        var view = Show();

        view.WaitForAssertion(() => Assert.Equal("No partition named demo", view.Find(".empty h2").TextContent));
    }

    [Fact]
    public void Render_GuestRebooted_SaysHowOftenAndWhy()
    {
        Client.Partition.Writer.TryWrite(Some.Snapshot(
            Some.Partition() with { Reboots = 2, StateReason = "the guest rebooted (triple fault on VP 0)" }));
        Client.Partition.Writer.Complete();

        var view = Show();

        view.WaitForAssertion(() => Assert.Contains("2 reboots", view.Find(".facts").TextContent, StringComparison.Ordinal));
        Assert.Contains("triple fault", view.Find(".page-sub").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_DaemonAwayFromTheStart_SaysNotConnected()
    {
        Client.Partition.Writer.Complete(new SynicUnavailableException("It is away."));

        var view = Show();

        view.WaitForAssertion(() => Assert.Equal("Not connected", view.Find(".empty h2").TextContent));
        Assert.Equal(ConnectionStatus.Lost, Services.GetRequiredService<ConnectionState>().Status);
    }

    [Fact]
    public void Render_DaemonLost_KeepsTheDataGreyWithItsAge()
    {
        Client.Partition.Writer.TryWrite(Some.Snapshot(Some.Partition()));
        Client.Ports = [Some.Port(0x2001)];
        Client.Partition.Writer.Complete(new SynicUnavailableException("It is away."));

        var view = Show();

        view.WaitForAssertion(() => Assert.Contains("from 12:30:00 UTC", view.Find(".notice-lost").TextContent, StringComparison.Ordinal));
        Assert.Contains("0x2001", view.Find(".stale tbody").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_DaemonComesBack_ShowsItWithoutReload()
    {
        Client.Partition.Writer.Complete(new SynicUnavailableException("It is away."));
        var view = Show();
        Client.Partition = Channel.CreateUnbounded<PartitionSnapshot>();
        Client.Partition.Writer.TryWrite(Some.Snapshot(Some.Partition()));
        Client.Ports = [Some.Port(0x2001)];

        Time.Advance(TimeSpan.FromSeconds(2));

        view.WaitForAssertion(() => Assert.Contains("0x2001", view.Find("tbody").TextContent, StringComparison.Ordinal));
        Assert.Empty(view.FindAll(".stale"));
    }

    [Fact]
    public void Render_Simulated_IsMarkedWithText()
    {
        var partition = Some.Partition() with { Guest = new GuestSummary("demo", true, "Demo calls") };
        Client.Partition.Writer.TryWrite(Some.Snapshot(partition));

        var view = Show();

        view.WaitForAssertion(() => Assert.Equal("SIMULATED", view.Find(".tag-simulated").TextContent.Trim()));
    }

    [Theory]
    [InlineData("sints", "No VPs")]
    [InlineData("guest-ports", "No guest ports")]
    [InlineData("vmbus", "No VMBus here")]
    [InlineData("monitor", "No monitors")]
    [InlineData("serial", "No serial output")]
    [InlineData("backend", "No partition named demo")]
    public void Render_OtherTab_ShowsItsView(string tab, string title)
    {
        Client.Partition.Writer.TryWrite(Some.Snapshot(Some.Partition()));
        Client.Serial.Writer.Complete();

        var view = Show(tab);

        view.WaitForAssertion(() => Assert.Equal(title, view.Find(".empty h2").TextContent));
        Assert.Equal("page", view.Find($"a[href*='tab={tab}']").GetAttribute("aria-current"));
    }

    [Fact]
    public async Task Dispose_WhileWatching_EndsTheStream()
    {
        Client.Partition.Writer.TryWrite(Some.Snapshot(Some.Partition()));
        var view = Show();
        view.WaitForAssertion(() => Assert.Equal(1, Client.Watching));

        await view.Instance.DisposeAsync();

        Assert.Equal(0, Client.Watching);
    }

    private IRenderedComponent<PartitionView> Show(string tab = PartitionView.PortsTab) =>
        Render<PartitionView>(p => p.Add(v => v.Name, "demo").Add(v => v.Tab, tab));
}
