using Microsoft.Extensions.Configuration;
using Synic.Backends;
using Synic.Daemon.Configuration;
using Synic.Guests;
using Synic.Hv;
using Synic.VmBus;

namespace Synic.Daemon.Tests.Configuration;

public sealed class SettingsReaderTests
{
    private const string Guest = "Synic:Partitions:0:Guest:";
    private const string VmBus = "Synic:Partitions:0:VmBus:";

    [Fact]
    public void Read_Nothing_IsOneDemoOnLoopback()
    {
        var settings = Read();

        Assert.Equal(["http://127.0.0.1:5080"], settings.Urls);
        Assert.False(settings.Lab);
        var partition = Assert.Single(settings.Partitions);
        Assert.Equal(("demo", "demo", null, 2, 16), (partition.Name, partition.Guest.Kind, partition.Backend, partition.Vps, partition.MemoryMiB));
    }

    [Theory]
    [InlineData("Synic:Labb", "true", "Synic:Labb")]
    [InlineData("Synic:Lab", "yes", "Synic:Lab")]
    [InlineData("Synic:Lab:0", "true", "Synic:Lab")]
    [InlineData("Synic:Partitions:0:Bakend", "kvm", "Synic:Partitions:0:Bakend")]
    [InlineData("Synic:Partitions:0:Backend", "xen", "Synic:Partitions:0:Backend")]
    [InlineData("Synic:Partitions:0:Synic", "kernel", "Synic:Partitions:0:Synic")]
    [InlineData("Synic:Partitions:0:Synic", "both", "Synic:Partitions:0:Synic")]
    [InlineData("Synic:Partitions:0:Timers", "some", "Synic:Partitions:0:Timers")]
    [InlineData("Synic:Partitions:0:Dialect", "x", "Synic:Partitions:0:Dialect")]
    [InlineData("Synic:Partitions:0:Vps", "0", "Synic:Partitions:0:Vps")]
    [InlineData("Synic:Partitions:0:Vps", "17", "Synic:Partitions:0:Vps")]
    [InlineData("Synic:Partitions:0:MemoryMiB", "0", "Synic:Partitions:0:MemoryMiB")]
    [InlineData("Synic:Partitions:0:MemoryMiB", "99999999999", "Synic:Partitions:0:MemoryMiB")]
    [InlineData("Synic:Partitions:0:MemoryMiB", "-1", "Synic:Partitions:0:MemoryMiB")]
    [InlineData("Synic:Partitions:0:Name", "", "Synic:Partitions:0:Name")]
    [InlineData("Synic:Partitions:0:Name", "../x", "Synic:Partitions:0:Name")]
    [InlineData("Synic:Partitions:0:Name", "Demo", "Synic:Partitions:0:Name")]
    [InlineData("Synic:Partitions:0:Guest:Kind", "/boot/vmlinuz", "Synic:Partitions:0:Guest:Kind")]
    [InlineData("Synic:Partitions:0:Guest:Initrd", "x", "Synic:Partitions:0:Guest:Initrd")]
    [InlineData("Synic:Partitions:0:Guest:Initrd:0", "x", "Synic:Partitions:0:Guest:Initrd")]
    [InlineData("Synic:Partitions:0:Guest:Kind", "file", "Synic:Partitions:0:Guest:Path")]
    [InlineData("Synic:Partitions:0:Guest:Path", "", "Synic:Partitions:0:Guest:Path")]
    [InlineData("Synic:Partitions:0:Guest:Path:0", "x", "Synic:Partitions:0:Guest:Path")]
    [InlineData("Synic:Partitions:0:Guest:Append", "quiet", "Synic:Partitions:0:Guest:Append")]
    [InlineData("Synic:Partitions:0:Guest:Format", "zip", "Synic:Partitions:0:Guest:Format")]
    [InlineData("Synic:Partitions:0:VmBus:Enabled", "maybe", "Synic:Partitions:0:VmBus:Enabled")]
    [InlineData("Synic:Partitions:0:VmBus:MaxVersion", "4.1", "Synic:Partitions:0:VmBus:MaxVersion")]
    [InlineData("Synic:Partitions:0:VmBus:Echoes", "true", "Synic:Partitions:0:VmBus:Echoes")]
    [InlineData("Synic:Partitions:0:Guest:RoundsPerSecond", "1001", "Synic:Partitions:0:Guest:RoundsPerSecond")]
    [InlineData("Synic:Partitions:0:Guest:Speed", "1", "Synic:Partitions:0:Guest:Speed")]
    [InlineData("Synic:Urls", "nonsense", "Synic:Urls")]
    [InlineData("Synic:Urls", "ftp://localhost", "Synic:Urls")]
    [InlineData("Synic:Urls", "http://127.0.0.1:99999", "Synic:Urls")]
    public void Read_BadKeyOrValue_IsOneLineWithTheKey(string key, string value, string named)
    {
        var mistake = Assert.Single(Mistakes((key, value)));

        Assert.StartsWith(named + " ", mistake, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', mistake);
    }

    [Theory]
    [InlineData("http://0.0.0.0:5080")]
    [InlineData("http://*:5080")]
    [InlineData("http://+:80")]
    [InlineData("http://[::]:5080")]
    [InlineData("http://192.168.1.5:5080")]
    [InlineData("http://myhost:5080")]
    [InlineData("https://myhost")]
    [InlineData("http://127.0.0.1:1;http://10.0.0.1:1")]
    public void Read_AddressBeyondTheMachine_NeedsInsecureBind(string urls)
    {
        var mistake = Assert.Single(Mistakes(("Synic:Urls", urls)));

        Assert.Contains("--insecure-bind", mistake, StringComparison.Ordinal);
        Assert.True(Read(("Synic:Urls", urls), ("Synic:InsecureBind", "true")).InsecureBind);
    }

    [Fact]
    public void Read_KestrelsOwnEndpoint_IsNoWayAround() =>
        Assert.Contains("Kestrel:Endpoints:X:Url", Assert.Single(Mistakes(("Kestrel:Endpoints:X:Url", "http://0.0.0.0:80"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://localhost:1")]
    [InlineData("http://127.0.0.2:1")]
    [InlineData("http://[::1]:1")]
    [InlineData("http://unix:/run/synic.sock")]
    public void Read_LocalAddress_IsFine(string url) => Assert.Equal([url], Read(("Synic:Urls", url)).Urls);

    [Fact]
    public void Read_TwoPartitionsOfOneName_IsAMistake() =>
        Assert.Contains("'a' 2 times", Assert.Single(Mistakes(("Synic:Partitions:0:Name", "a"), ("Synic:Partitions:1:Name", "a"))), StringComparison.Ordinal);

    [Fact]
    public void Read_SeveralMistakes_AreAllTold() =>
        Assert.Equal(3, Mistakes(("Synic:X", "1"), ("Synic:Lab", "?"), ("Synic:Partitions:0:Vps", "?")).Count);

    [Fact]
    public void Read_Ports_AreTypedAndChecked()
    {
        var port = Assert.Single(Read(
            ("Synic:Partitions:0:Ports:0:ConnectionId", "0x2a"), ("Synic:Partitions:0:Ports:0:Kind", "event"),
            ("Synic:Partitions:0:Ports:0:Handler", "counter"), ("Synic:Partitions:0:Ports:0:MinimumVtl", "2")).Partitions[0].Ports);

        Assert.Equal(new PortSettings(new ConnectionId(42), "counter", Vtl.Vtl2), port);
    }

    [Theory]
    [InlineData("0x1000000", "event", "counter", "0", "ConnectionId")]
    [InlineData("", "event", "counter", "0", "ConnectionId")]
    [InlineData("1", "message", "counter", "0", "Kind")]
    [InlineData("1", "event", "echo", "0", "Kind")]
    [InlineData("1", "message", "nobody", "0", "Handler")]
    [InlineData("1", "message", "sink", "3", "MinimumVtl")]
    public void Read_BadPort_IsNamed(string id, string kind, string handler, string vtl, string field)
    {
        const string Port = "Synic:Partitions:0:Ports:0:";

        var mistakes = Mistakes((Port + "ConnectionId", id), (Port + "Kind", kind), (Port + "Handler", handler), (Port + "MinimumVtl", vtl));

        Assert.StartsWith(Port + field, Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AllThatCanBeSaid_IsUnderstood()
    {
        var partition = Assert.Single(Read(
            ("Synic:Partitions:0:Name", "a-1"), ("Synic:Partitions:0:Backend", "KVM"), ("Synic:Partitions:0:Synic", "user"),
            ("Synic:Partitions:0:Dialect", "qemu"), ("Synic:Partitions:0:Serial", "/tmp/x"), ("Synic:Partitions:0:Guest:Kind", "none")).Partitions);

        Assert.Equal(("a-1", BackendKind.Kvm, SynicDialect.Qemu, "none"), (partition.Name, partition.Backend, partition.Dialect, partition.Guest.Kind));
        Assert.Equal(new SerialTarget(SerialKind.File, "/tmp/x"), partition.Serial);
    }

    [Fact]
    public void Read_GuestFile_HasMemoryAndAVmBus()
    {
        var partition = Assert.Single(Read((Guest + "Path", "vmlinuz"), (Guest + "Initrd", "i"), (Guest + "Append", "quiet"), (Guest + "Format", "linux")).Partitions);

        var image = Assert.IsType<FileGuestOptions>(partition.Guest.Image);
        Assert.Equal(("vmlinuz", GuestFormat.Linux, "i", "quiet"), (image.Path, image.Format, image.InitrdPath, image.CommandLine));
        Assert.Equal((256, 2, VmBusVersion.V60), (partition.MemoryMiB, partition.VmBus?.VpCount, partition.VmBus?.MaxVersion));
    }

    [Theory]
    [InlineData("Initrd:0", "")]
    [InlineData("Initrd:0:Name", "x")]
    [InlineData("Initrd:1", "x", "Initrd", "x")] // one value and a list
    public void Read_InitrdThatIsNoFileOrListOfFiles_IsOneLineWithTheKey(string key, string value, string? other = null, string text = "")
    {
        List<(string, string)> values = [(Guest + "Path", "kernel"), (Guest + key, value)];
        if (other is not null)
        {
            values.Add((Guest + other, text));
        }

        var mistake = Assert.Single(Mistakes([.. values]));

        Assert.StartsWith(Guest + "Initrd ", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ListOfInitrds_IsTakenInOrder()
    {
        List<(string, string)> values = [(Guest + "Path", "kernel")];
        values.AddRange(Enumerable.Range(0, 11).Reverse().Select(static i => ($"{Guest}Initrd:{i}", $"m;{i}")));

        var image = Assert.IsType<FileGuestOptions>(Assert.Single(Read([.. values]).Partitions).Guest.Image);

        Assert.Equal(Enumerable.Range(0, 11).Select(static i => $"m;{i}"), image.InitrdPaths);
    }

    [Theory]
    [InlineData("demo", null, false)]
    [InlineData("none", null, false)]
    [InlineData("none", "on", true)]
    [InlineData("demo", "true", true)]
    [InlineData("file", null, true)]
    [InlineData("file", "off", false)]
    [InlineData("file", "false", false)]
    public void Read_VmBus_IsThereForFilesUnlessSaid(string kind, string? enabled, bool expected)
    {
        List<(string, string)> values = [(Guest + "Kind", kind)];
        if (kind == "file")
        {
            values.Add((Guest + "Path", "x"));
        }

        if (enabled is not null)
        {
            values.Add((VmBus + "Enabled", enabled));
        }

        Assert.Equal(expected, Read([.. values]).Partitions[0].VmBus is not null);
    }

    [Fact]
    public void Read_VmBusOptions_AreTaken()
    {
        var vmbus = Read(
            (VmBus + "Enabled", "on"), (VmBus + "MaxVersion", "4.1"), (VmBus + "MonitorIds", "false"),
            (VmBus + "Heartbeat", "false"), (VmBus + "Echo", "false")).Partitions[0].VmBus!;

        Assert.Equal((VmBusVersion.V41, false, false, false), (vmbus.MaxVersion, vmbus.MonitorIds, vmbus.Heartbeat, vmbus.Echo));
    }

    [Theory]
    [InlineData("4.7")]
    [InlineData("")]
    [InlineData("4")]
    [InlineData("4.10")]
    public void Read_UnknownVmBusVersion_ListsThoseThereAre(string version) =>
        Assert.Contains("5.3, 6.0", Assert.Single(Mistakes((VmBus + "Enabled", "on"), (VmBus + "MaxVersion", version))), StringComparison.Ordinal);

    [Theory]
    [InlineData("off", false, 2)]
    [InlineData("on", true, 2)]
    [InlineData("0.25", true, 0.25)]
    [InlineData("60", true, 60)]
    public void Read_VmBusHeartbeat_IsOnOffOrSeconds(string text, bool on, double seconds)
    {
        var vmbus = Read((VmBus + "Enabled", "on"), (VmBus + "Heartbeat", text)).Partitions[0].VmBus!;

        Assert.Equal((on, seconds), (vmbus.Heartbeat, vmbus.HeartbeatPeriod.TotalSeconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("never")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("NaN")]
    [InlineData("3601")]
    public void Read_OtherVmBusHeartbeat_IsAMistake(string text) =>
        Assert.Contains("on, off, or seconds", Assert.Single(Mistakes((VmBus + "Enabled", "on"), (VmBus + "Heartbeat", text))), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, null, "false", false)]
    [InlineData("vmlinuz", null, "false", true)]
    [InlineData("vmlinuz", null, "true", false)]
    [InlineData("vmlinuz", "end", "false", false)]
    [InlineData("vmlinuz", "restart", "true", true)]
    [InlineData(null, "restart", "false", true)]
    public void Read_OnReboot_DependsOnGuestAndOnWhoWaits(string? path, string? onReboot, string exitWithGuest, bool expected)
    {
        var values = new List<(string, string)> { ("Synic:ExitWithGuest", exitWithGuest) };
        if (path is not null)
        {
            values.Add(("Synic:Partitions:0:Guest:Path", path));
        }

        if (onReboot is not null)
        {
            values.Add(("Synic:Partitions:0:OnReboot", onReboot));
        }

        Assert.Equal(expected, Read([.. values]).Partitions[0].RestartOnReboot);
    }

    private static List<string> Mistakes(params (string Key, string Value)[] values) =>
        [.. Assert.Throws<SettingsException>(() => Read(values)).Mistakes];

    private static DaemonSettings Read(params (string Key, string Value)[] values) =>
        SettingsReader.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(values.ToDictionary(static v => v.Key, static v => (string?)v.Value)).Build());
}
