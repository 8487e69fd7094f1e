using Bunit;
using Synic.Contracts;
using Synic.Dashboard.Components.Pages;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class StatusPageTests : DashboardTest
{
    [Fact]
    public void Render_Twice_CpuIsTheShareBetween()
    {
        Client.Overview.Writer.TryWrite(Some.Overview());
        var page = Render<StatusPage>();
        Assert.Equal("…", page.Find(".strip dd").TextContent);

        Client.Status = Client.Status with { CpuSeconds = 101, AsOf = Some.Now.AddSeconds(4) };
        Client.Overview.Writer.TryWrite(Some.Overview());

        page.WaitForAssertion(() => Assert.Equal("25.0 %", page.Find(".strip dd").TextContent));
    }

    [Fact]
    public void Render_FullStore_SaysSoInWords()
    {
        Client.Overview.Writer.TryWrite(Some.Overview());

        var full = Render<StatusPage>().Find("td.attention");

        Assert.Equal("65,536 (full)", full.TextContent);
    }

    [Fact]
    public void Render_KillSwitchEngaged_IsANoticeWithTheReason()
    {
        Client.Status = Client.Status with { KillSwitch = new KillSwitchSummary(true, Some.Now, "too much", "start token") };
        Client.Overview.Writer.TryWrite(Some.Overview());

        Assert.Contains("too much", Render<StatusPage>().Find(".notice-lost").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Partition_HasItsBackendWithReasons()
    {
        Client.Backend = new BackendSummary
        {
            Kind = "kvm", SynicMode = "user", Reason = "the first", Choices = [], Exits = new Dictionary<string, long>(),
            Capabilities = [new CapabilitySummary("vtl", false, "KVM has one VTL")],
        };
        Client.Overview.Writer.TryWrite(Some.Overview(Some.Partition()));

        Assert.Contains("KVM has one VTL", Render<StatusPage>().Find("[aria-label='Backend of demo']").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_NobodyLooks_EachPageIsNotKnown()
    {
        Client.Status = Client.Status with { Viewers = new ViewerStatus(0, 0, null) };
        Client.Overview.Writer.TryWrite(Some.Overview());

        Assert.Equal("—", Render<StatusPage>().FindAll(".strip dd")[7].TextContent);
    }
}
