using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>The last calls to a connection, with their outcomes, and the content of messages for who may read it.</summary>
public sealed partial class PortCalls
{
    private readonly HashSet<long> _open = [];

    /// <summary>Null: no such partition (any more).</summary>
    public sealed record Answer(PortHistory? History);

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    [Parameter, EditorRequired]
    public required string Id { get; set; }

    /// <summary>Gets outcomes that fault rules made, by status.</summary>
    [Parameter]
    public EventCallback<IReadOnlyDictionary<string, long>> OnInjected { get; set; }

    protected override bool IsPausable => true;

    protected override IAsyncEnumerable<Answer> WatchAsync(CancellationToken cancellation) =>
        PollAsync(async c => new Answer(await Client.GetPortHistoryAsync(Partition, Id, c)), cancellation);

    protected override void OnSnapshot(Answer snapshot)
    {
        if (snapshot.History is { } history)
        {
            _open.IntersectWith(history.Records.Select(static r => r.Seq));
            _ = OnInjected.InvokeAsync(history.InjectedByStatus);
        }
    }

    protected override int CountChanges(Answer latest, int waiting) => Pause.Waiting; // the port counts for both

    private void Toggle(long seq)
    {
        if (!_open.Remove(seq))
        {
            _open.Add(seq);
        }
    }

    private static string? OutcomeClass(EventRecord record) => record switch
    {
        { InjectedBy: not null } => "injected",
        { Kind: "post" or "signal" or "monitor.trigger" or "port.refused", Status: not (null or "success") } => "failing",
        _ => null,
    };

    private static string Content(EventRecord record) => string.Join(", ", new[]
    {
        record.VmBusMessage,
        record.MessageType is { } type && record.VmBusMessage is null ? FormattableString.Invariant($"type {type}") : null,
        record.Size is { } size ? Format.Plural(size, "byte") : null,
        record.Flag is { } flag ? FormattableString.Invariant($"flag {flag}") : null,
        record.MonitorId is { } monitor ? FormattableString.Invariant($"monitor {monitor}") : null,
        record.Owner is { } owner && record.Kind.StartsWith("port.", StringComparison.Ordinal) ? owner : null,
        record.Count is { } count ? $"{Format.Count(count)} missing" : null,
    }.OfType<string>());

    private static byte[] Bytes(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            return []; // a daemon that is not one
        }
    }
}
