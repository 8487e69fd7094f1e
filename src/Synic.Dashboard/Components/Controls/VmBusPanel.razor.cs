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

    private PartitionLinks Links => new(Partition);

    protected override IAsyncEnumerable<Answer> WatchAsync(CancellationToken cancellation) =>
        PollAsync(async c => new Answer(await Client.GetVmBusAsync(Partition, c), Time.GetUtcNow()), cancellation);

    private static string Waiting(VmBusSummary bus) =>
        bus.MessagesReceived + bus.MessagesBusy == 0 ? "no control message has come." : "what came before is counted below.";

    private static string Unloaded(VmBusSummary bus) =>
        bus.Milestones.FirstOrDefault(static m => m.Name == "unloaded")?.At is { } at ? $" at {Format.Clock(at)}" : "";
}
