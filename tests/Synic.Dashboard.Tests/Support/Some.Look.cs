using System.Text.Json;
using Synic.Contracts;

namespace Synic.Dashboard.Tests.Support;

/// <content>Of the tree and the past.</content>
internal static partial class Some
{
    public static ApiIndex Index(params string[] rights) => new()
    {
        Name = "synicd",
        Version = "0.1.0",
        Lab = rights.Contains("change"),
        Capabilities = [],
        Rights = ["view", .. rights],
        Links = new Dictionary<string, string>(),
    };

    public static InspectedNode Value<T>(T value, string kind = "u64") =>
        new() { Kind = kind, Value = JsonSerializer.SerializeToElement(value), Mutable = false, Counter = false, Sensitivity = "safe" };

    public static InspectedNode Dir(params (string Name, InspectedNode Node)[] children) =>
        new() { Kind = "dir", Children = [.. children.Select(static c => new InspectedChild(c.Name, c.Node))] };

    public static InspectedNode Cut(string reason = "depth") => new() { Kind = "unevaluated", Reason = reason };

    public static InspectAnswer Answer(string path, InspectedNode node, DateTimeOffset? asOf = null) => new()
    {
        SchemaVersion = 1, Path = path, Complete = true, Incomplete = [], AsOf = asOf ?? Now, Node = node,
    };

    public static TreeSnapshot Snapshot(int id, string? name = null) => new()
    {
        Id = id,
        Name = name,
        TakenAt = Now.AddMinutes(id),
        TookSeconds = 0.01,
        Nodes = 1234,
        Bytes = 56_789,
        Complete = true,
        Incomplete = [],
        Links = new Dictionary<string, string>(),
    };

    public static EventRecord Event(long seq, string kind = "post") => new()
    {
        Seq = seq,
        Time = Now.AddSeconds(seq),
        MonotonicNs = seq * 1_000_000_000,
        Partition = "demo",
        Kind = kind,
        Vp = 0,
        Vtl = 0,
        Connection = "0x2001",
        Status = "success",
    };

    public static RecordingSummary Recording(string id) => new()
    {
        Id = id,
        Partition = "demo",
        State = "recording",
        StartedAt = Now,
        Records = 10,
        Bytes = 1280,
        Dropped = 0,
        Payload = false,
        MaxRecords = 65_536,
        MaxBytes = 16 << 20,
    };

    public static DaemonStatus Status() => new()
    {
        Version = "0.1.0",
        Revision = "abc123",
        Runtime = ".NET 10.0.0",
        System = "Linux, X64",
        Processors = 4,
        StartedAt = Now.AddHours(-3),
        Lab = true,
        Urls = ["http://127.0.0.1:5080"],
        CpuSeconds = 100,
        WorkingSetBytes = 120 << 20,
        HeapBytes = 20 << 20,
        CommittedBytes = 40 << 20,
        AllocatedBytes = 1L << 30,
        GcPauseSeconds = 0.25,
        Collections = [10, 5, 1],
        Threads = 30,
        PoolThreads = 6,
        PoolQueue = 0,
        LastScrapeSeconds = 0.0004,
        Viewers = new ViewerStatus(2, 1, 3 << 20),
        Limits = [new("streams", null, 3, 256, "streams", "refused"), new("events", "demo", 65_536, 65_536, "events", "forgotten")],
        KillSwitch = new KillSwitchSummary(false, null, null, null),
        AsOf = Now,
    };
}
