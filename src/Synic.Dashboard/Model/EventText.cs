using System.Globalization;
using System.Text.Json;
using MudBlazor;
using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>An event as the pages write it.</summary>
internal static class EventText
{
    private static readonly string[] s_fine = ["success", "delivered", "interrupt", "coalesced", "redelivered", "nothing_pending", "running", "created"];
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    public static string Clock(EventRecord item) => item.Time.UtcDateTime.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    public static string Icon(string kind) => kind switch
    {
        "post" or "guest.message" => Icons.Material.Outlined.Mail,
        "signal" or "guest.event" => Icons.Material.Filled.Bolt,
        "monitor.trigger" => Icons.Material.Outlined.GridOn,
        "eom" => Icons.Material.Filled.Done,
        "sint.changed" => Icons.Material.Outlined.Memory,
        "port.added" => Icons.Material.Filled.Add,
        "port.removed" => Icons.Material.Filled.Remove,
        "port.refused" => Icons.Material.Filled.Block,
        "fault.hit" or "fault.state" => Icons.Material.Outlined.Science,
        "killswitch" => Icons.Material.Outlined.PowerSettingsNew,
        EventTail.DroppedKind => Icons.Material.Filled.MoreHoriz,
        _ => Icons.Material.Outlined.Circle,
    };

    /// <summary>It came of a fault rule.</summary>
    public static bool IsInjected(EventRecord item) => item.InjectedBy is not null || item.Kind == "fault.hit";

    /// <summary>The caller did not get what it asked for, or the guest not what it was sent.</summary>
    public static bool IsFailure(EventRecord item) => item.Status is { } status && !s_fine.Contains(status) && item.Kind is not ("fault.state" or "killswitch" or "fault.hit");

    public static bool IsDeferral(EventRecord item) => item.Status == "deferred";

    /// <summary>What has no column of its own.</summary>
    public static IEnumerable<(string Name, string Value)> Details(EventRecord item)
    {
        (string Name, object? Value)[] details =
        [
            ("", item.VmBusMessage), ("", item.Reason is { } reason ? Format.Words(reason) : null), ("SINT", item.Sint), ("flag", item.Flag), ("monitor", item.MonitorId),
            ("type", item.MessageType is 1 or null ? null : item.MessageType), ("size", item.Size), ("value", item.Value), ("owner", item.Owner), ("count", item.Count),
        ];
        return details.Where(static d => d.Value is not null).Select(static d => (d.Name, string.Create(CultureInfo.InvariantCulture, $"{d.Value}")));
    }

    /// <summary>For the menu of a row: title and text.</summary>
    public static string Copies(EventRecord item, string partition)
    {
        string[][] copies =
        [
            ["JSON", JsonSerializer.Serialize(item, s_json)],
            ["number", item.Seq.ToString(CultureInfo.InvariantCulture)],
            ["CLI", string.Create(CultureInfo.InvariantCulture, $"synicd events --partition {ShellLine.Quote(partition)} --after {item.Seq - 1} --limit 1")],
        ];
        return JsonSerializer.Serialize(copies);
    }

    public static string Missing(EventRecord item) =>
        $"{(item.Count is { } count ? $"{Format.Count(count)} records" : "Records")} missing here: {Why(item.Reason)}";

    private static string Why(string? reason) => reason switch
    {
        "overwritten" => "they were overwritten before they could be read",
        "other_run" => "they are of an earlier run of the daemon",
        null => "no reason was given",
        _ => Format.Words(reason),
    };
}
