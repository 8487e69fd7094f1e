using Bunit;
using Synic.Contracts;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class BootStepsTests : DashboardTest
{
    [Fact]
    public void Render_NoSuchPartition_ShowsNothing() => Assert.Equal("", Show(null).Markup.Trim());

    [Fact]
    public void Render_NoSteps_ShowsNothing() => Assert.Equal("", Show(new BootProgress([], null, null)).Markup.Trim());

    [Fact]
    public void Render_StuckForLong_SaysWhereInAmber()
    {
        var steps = Show(Progress("contact", 12));

        Assert.Equal("stuck at VMBus contact for 12 s", steps.Find(".boot-standing.attention").TextContent);
        Assert.StartsWith("VMBus contact", steps.Find("li[aria-current=step].boot-stuck").TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_NotYetForLong_IsJustTheNextStep()
    {
        var steps = Show(Progress("contact", 3));

        Assert.Equal("next: VMBus contact", steps.Find(".boot-standing").TextContent);
        Assert.Empty(steps.FindAll(".attention, .boot-stuck"));
    }

    [Fact]
    public void Render_GuestEnded_IsNotStuck() => Assert.Equal(
        "ended before VMBus contact",
        Show(Progress("contact", 99), running: false).Find(".boot-standing").TextContent);

    [Fact]
    public void Render_Step_HasItsTimeAndDetailForPointerAndReader()
    {
        var step = Show(Progress("contact", 1)).Find("li.boot-done");

        Assert.Equal("2026-03-04 12:30:00.000 UTC: Linux 6.12", step.GetAttribute("title"));
        Assert.Contains("Linux 6.12", step.QuerySelector(".unseen")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void Render_Complete_HiddenWhereAsked(bool hide, int shown)
    {
        var steps = Show(Progress(null, null), hide: hide);

        Assert.Equal(shown, steps.FindAll(".boot-steps").Count);
        Assert.Empty(steps.FindAll(".boot-standing"));
    }

    private static BootProgress Progress(string? stuck, double? seconds) => new(
        [
            new BootStep("hypervisor_found", true, Some.Now, "Linux 6.12"),
            new BootStep("contact", stuck is null, stuck is null ? Some.Now : null, null),
        ],
        stuck,
        seconds);

    private IRenderedComponent<BootSteps> Show(BootProgress? boot, bool running = true, bool hide = false)
    {
        Client.Boot = boot;
        return Render<BootSteps>(p => p.Add(b => b.Partition, "demo").Add(b => b.Running, running).Add(b => b.HideWhenComplete, hide));
    }
}
