using YamlDotNet.RepresentationModel;

namespace Synic.Daemon.Tests.Deploy;

public sealed class ComposeTests
{
    private readonly YamlNode _file = DeployFiles.Yaml("deploy/compose.yaml");

    private YamlNode Daemon => _file["services"]["synicd"];

    private YamlNode Prometheus => _file["services"]["prometheus"];

    [Fact]
    public void Build_ContextAndContainerFile_Exist()
    {
        var context = Path.Combine(DeployFiles.FullPath("deploy"), (string)Daemon["build"]["context"]!);

        Assert.True(File.Exists(Path.Combine(context, "Synic.sln")));
        Assert.True(File.Exists(Path.Combine(context, (string)Daemon["build"]["dockerfile"]!)));
    }

    [Fact]
    public void Daemon_Devices_AreKvmAlone() =>
        Assert.Equal(["/dev/kvm:/dev/kvm"], Daemon["devices"].Items().Select(device => (string?)device));

    [Fact]
    public void Daemon_Mounts_PutTheExampleWhereTheContainerFileReadsIt() =>
        Assert.Contains($"./synic.json:{DeployFiles.InstalledConfiguration}:ro", Mounts(Daemon));

    [Fact]
    public void Daemon_Directories_AreWritableWhereTheContainerFileSaysItWrites()
    {
        var stage = ContainerFile.Parse(DeployFiles.Text("deploy/Dockerfile")).Stages[^1];
        var directories = stage.Only("ENV").Words.Select(setting => setting.Split('=')[1]);

        var writable = Mounts(Daemon).Select(mount => mount.Split(':')[1])
            .Concat(Daemon["tmpfs"].Items().Select(mount => ((string)mount!).Split(':')[0]));
        Assert.Subset(writable.ToHashSet(), directories.ToHashSet());
    }

    [Fact]
    public void Prometheus_Mounts_PutTheRulesBesideTheConfiguration()
    {
        var configuration = Assert.Single(Options(Prometheus, "--config.file="));
        var rules = Assert.Single(DeployFiles.Yaml("deploy/prometheus.yml")["rule_files"].Items());

        Assert.Contains($"./prometheus.yml:{configuration}:ro", Mounts(Prometheus));
        Assert.Contains($"./{rules}:{Path.GetDirectoryName(configuration)}/{rules}:ro", Mounts(Prometheus));
    }

    [Fact]
    public void Mounts_FromThisFolder_Exist()
    {
        var sources = Mounts(Daemon).Concat(Mounts(Prometheus)).Select(mount => mount.Split(':')[0]).ToList();
        var volumes = ((YamlMappingNode)_file["volumes"]).Children.Keys.Select(volume => (string)volume!);

        Assert.All(
            sources.Except(volumes),
            source => Assert.True(File.Exists(Path.Combine(DeployFiles.FullPath("deploy"), source)), source));
    }

    [Fact]
    public void Services_HostNetwork_ListenOnLoopbackOnly()
    {
        // The host's network makes the daemon's loopback the host's; anything wider would be open to all.
        Assert.All([Daemon, Prometheus], service => Assert.Equal("host", (string?)service["network_mode"]));
        Assert.True(DeployFiles.ListenAddress.IsLoopback);
        Assert.StartsWith("127.0.0.1:", Assert.Single(Options(Prometheus, "--web.listen-address=")), StringComparison.Ordinal);
    }

    [Fact]
    public void Services_Each_GivesUpWhatItDoesNotNeed() =>
        Assert.All([Daemon, Prometheus], service =>
        {
            Assert.False(service.Has("privileged"));
            Assert.Equal("true", (string?)service["read_only"]);
            Assert.Equal("ALL", (string?)Assert.Single(service["cap_drop"].Items()));
            Assert.Equal("no-new-privileges:true", (string?)Assert.Single(service["security_opt"].Items()));
        });

    private static IEnumerable<string> Mounts(YamlNode service) => service["volumes"].Items().Select(mount => (string)mount!);

    private static IEnumerable<string> Options(YamlNode service, string option) =>
        service["command"].Items().Select(word => (string)word!)
            .Where(word => word.StartsWith(option, StringComparison.Ordinal)).Select(word => word[option.Length..]);
}
