using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>The VMBus of a partition: what was agreed, the channels, the heartbeat, and what was refused.</summary>
public sealed partial class VmBusPanel
{
    /// <summary>An answer without a VMBus is one too.</summary>
    public sealed record Answer(VmBusSummary? VmBus, DateTimeOffset AsOf);

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    /// <summary>The guest may still do what it has not done.</summary>
    [Parameter]
    public bool Running { get; set; } = true;

    private PartitionLinks Links => new(Partition);

    protected override IAsyncEnumerable<Answer> WatchAsync(CancellationToken cancellation) =>
        PollAsync(async c => new Answer(await Client.GetVmBusAsync(Partition, c), Time.GetUtcNow()), cancellation);

    private static string Waiting(VmBusSummary bus) =>
        bus.MessagesReceived + bus.MessagesBusy == 0 ? "no control message has come." : "what came before is counted below.";

    private static string At(VmBusSummary bus, string milestone) =>
        bus.Milestones.FirstOrDefault(m => m.Name == milestone)?.At is { } at ? $" at {Format.Clock(at)}" : "";
}
