using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Components.Layout;
using Synic.Dashboard.Components.Pages;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class PanelTests : DashboardTest
{
    [Fact]
    public void BackendPanel_Backend_GivesTheReasonOfEachVerdict()
    {
        Client.Backend = new BackendSummary
        {
            Kind = "kvm",
            SynicMode = "user",
            Reason = "auto",
            Capabilities = [new CapabilitySummary("kernel_synic", false, "built without Hyper-V support")],
            Choices = [new BackendChoice("whp", false, "not Windows")],
            Exits = new Dictionary<string, long> { ["hlt"] = 1, ["io"] = 3 },
        };

        var panel = Render<BackendPanel>(p => p.Add(b => b.Partition, "demo"));

        panel.WaitForElement(".columns");
        Assert.Equal(["not here", "no"], panel.FindAll(".verdict").Select(v => v.TextContent.Trim()));
        Assert.Equal(["not Windows", "built without Hyper-V support"], panel.FindAll("td.wrap").Select(r => r.TextContent));
        Assert.Equal(["io", "hlt"], panel.FindAll(".exits tr").Select(r => r.Children[0].TextContent));
    }

    [Fact]
    public void GuestPortTable_PortNotUsedYet_SaysSo()
    {
        Client.GuestPorts = [new GuestPortSummary { Id = 1, Kind = "event", Vtl = 0, Vp = 1, Sint = 2, Flag = 17, Calls = 0 }];

        var table = Render<GuestPortTable>(p => p.Add(t => t.Partition, "demo"));

        Assert.Equal("no call yet", table.WaitForElement("tbody td:last-child").TextContent);
    }

    [Fact]
    public void SerialTerminal_ViewerWithoutTheRight_IsToldWhichIsMissing()
    {
        Client.Serial.Writer.Complete(new SynicForbiddenException("It needs the right of a test."));

        var terminal = Render<SerialTerminal>(p => p.Add(t => t.Partition, "demo"));

        terminal.WaitForAssertion(() => Assert.Contains("It needs the right of a test.", terminal.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void ConnectionText_Lost_SaysSoAndWhy()
    {
        var text = Render<ConnectionText>();
        var state = Services.GetRequiredService<ConnectionState>();

        state.Lost("It is away.");

        text.WaitForAssertion(() => Assert.Equal("Daemon not reachable", text.Find(".connection").TextContent.Trim()));
        Assert.Equal("It is away.", text.Find(".connection").GetAttribute("title"));
    }

    [Fact]
    public void ErrorBoundary_StreamFailsForAnUnknownReason_SaysSoWithoutTheReason()
    {
        ComponentFactories.AddStub<MudPopoverProvider>(); // there is one already
        Client.Overview.Writer.Complete(new InvalidOperationException("secret detail"));

        var layout = Render<MainLayout>(p => p.Add(l => l.Body, static b =>
        {
            b.OpenComponent<Overview>(0);
            b.CloseComponent();
        }));

        layout.WaitForAssertion(() => Assert.Equal("This view has stopped", layout.Find(".empty h2").TextContent));
        Assert.DoesNotContain("secret detail", layout.Markup, StringComparison.Ordinal);
    }
}
