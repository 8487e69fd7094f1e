using Bunit;
using Synic.Contracts;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class SerialTerminalTests : DashboardTest
{
    [Fact]
    public void Render_NoPort_SaysSo()
    {
        Client.Serial.Writer.Complete();

        Assert.Equal("No serial output", Show().WaitForElement(".empty h2").TextContent);
    }

    [Fact]
    public void Render_SilentGuest_SaysSoInsteadOfWaiting()
    {
        var terminal = Show();

        Time.Advance(TimeSpan.FromMilliseconds(250));

        terminal.WaitForAssertion(() => Assert.Equal("Nothing written yet", terminal.Find(".empty h2").TextContent));
    }

    [Fact]
    public void Render_Text_IsALogOfLinesAndNotMarkup()
    {
        Client.Serial.Writer.TryWrite(new SerialChunk(0, "one\r\n<b>two</b>", 0));

        var terminal = Show();

        Assert.Equal(["one", "<b>two</b>"], terminal.FindAll(".line").Select(l => l.TextContent));
        var log = terminal.Find("[role=log]");
        Assert.Equal(("0", "Serial output"), (log.GetAttribute("tabindex"), log.GetAttribute("aria-label")));
    }

    [Fact]
    public void Render_CharactersLost_AreAnnouncedWhereTheyWere()
    {
        Client.Serial.Writer.TryWrite(new SerialChunk(0, "one", 0));
        Client.Serial.Writer.TryWrite(new SerialChunk(1003, "two", 1000));

        var terminal = Show();

        Assert.Equal(["one", "1,000 characters lost", "two"], terminal.FindAll(".line").Select(l => l.TextContent));
        Assert.Equal("1,000 lost before they could be read", terminal.Find("[role=status]").TextContent.Trim());
    }

    [Fact]
    public void Render_MoreComes_GoesOnInTheSameLine()
    {
        Client.Serial.Writer.TryWrite(new SerialChunk(0, "on", 0));
        var terminal = Show();
        terminal.WaitForElement(".line");

        Client.Serial.Writer.TryWrite(new SerialChunk(2, "e", 0));
        Time.Advance(TimeSpan.FromMilliseconds(250));

        terminal.WaitForAssertion(() => Assert.Equal("one", terminal.Find(".line").TextContent));
    }

    [Fact]
    public void Render_GuestGone_KeepsTheTextAndSaysSo()
    {
        Client.Serial.Writer.TryWrite(new SerialChunk(0, "bye", 0));
        Client.Serial.Writer.Complete();

        var terminal = Show();

        Assert.Equal("bye", terminal.Find(".line").TextContent);
        Assert.Contains("the port is closed", terminal.Find(".toolbar").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_WhileWaitingForText_EndsTheStream()
    {
        Client.Serial.Writer.TryWrite(new SerialChunk(0, "x", 0));
        var terminal = Show();
        Assert.Equal(1, Client.Watching);

        await terminal.Instance.DisposeAsync();

        Assert.Equal(0, Client.Watching);
    }

    private IRenderedComponent<SerialTerminal> Show() => Render<SerialTerminal>(p => p.Add(t => t.Partition, "demo"));
}
