using Synic.Contracts;

namespace Synic.Daemon.Cli.Printing;

/// <summary>An event as one line of fixed columns, so that lines of a stream stand below each other.</summary>
internal static class EventLine
{
    public static readonly string Head = Join("TIME", "SEQ", "KIND", "VP", "VTL", "CONNECTION", "STATUS", "DETAILS");

    public static string Of(EventRecord item, bool withPartition) => SafeText.Of(Join(
        Figures.Clock(item.Time),
        Figures.Count(item.Seq),
        item.Kind,
        Figures.Count(item.Vp),
        Figures.Count(item.Vtl),
        item.Connection ?? Figures.NotKnown,
        item.Status ?? Figures.NotKnown,
        string.Join(' ', Details(item, withPartition))));

    private static IEnumerable<string> Details(EventRecord item, bool withPartition)
    {
        (string Name, object? Value)[] details =
        [
            ("partition", withPartition ? item.Partition : null), ("reason", item.Reason), ("owner", item.Owner), ("vmbus", item.VmBusMessage), ("type", item.MessageType),
            ("size", item.Size), ("sint", item.Sint), ("flag", item.Flag), ("monitor", item.MonitorId), ("value", item.Value), ("count", item.Count),
            ("ns", item.DurationNs), ("injected", item.InjectedBy), ("payload", item.Payload),
        ];
        return details.Where(static d => d.Value is not null).Select(static d => FormattableString.Invariant($"{d.Name}={Quote(d.Value!)}"));
    }

    private static object Quote(object value) => value is string text && text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : value;

    private static string Join(string time, string seq, string kind, string vp, string vtl, string connection, string status, string details) =>
        $"{time,-15}  {seq,8}  {kind,-15}  {vp,2}  {vtl,3}  {connection,-10}  {status,-22}  {details}".TrimEnd();
}
