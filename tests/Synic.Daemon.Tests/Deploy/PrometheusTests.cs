using YamlDotNet.RepresentationModel;

namespace Synic.Daemon.Tests.Deploy;

public sealed class PrometheusTests
{
    private const string Missing = "promtool is not installed (Debian package prometheus; tests/run unpacks it)";

    [Fact(Skip = Missing, SkipUnless = nameof(HostTool.HavePromtool), SkipType = typeof(HostTool))]
    public async Task CheckConfig_ScrapeConfiguration_IsAccepted() =>
        (await HostTool.RunAsync("promtool", "check", "config", DeployFiles.FullPath("deploy/prometheus.yml"))).AssertAccepted();

    [Fact(Skip = Missing, SkipUnless = nameof(HostTool.HavePromtool), SkipType = typeof(HostTool))]
    public async Task CheckRules_Rules_AreAccepted() =>
        (await HostTool.RunAsync("promtool", "check", "rules", DeployFiles.FullPath("deploy/synic.rules.yml"))).AssertAccepted();

    [Fact(Skip = Missing, SkipUnless = nameof(HostTool.HavePromtool), SkipType = typeof(HostTool))]
    public async Task TestRules_Alerts_FireAndStayQuietAsWritten() =>
        (await HostTool.RunAsync("promtool", "test", "rules", DeployFiles.FullPath("deploy/synic.rules.test.yml"))).AssertAccepted();

    [Fact]
    public void ScrapeConfiguration_Target_IsWhereTheDaemonListens()
    {
        var job = Assert.Single(DeployFiles.Yaml("deploy/prometheus.yml")["scrape_configs"].Items());

        var target = Assert.Single(Assert.Single(job["static_configs"].Items())["targets"].Items());
        Assert.Equal(DeployFiles.ListenAddress.Authority, (string?)target);
        Assert.Equal("/metrics", (string?)job["metrics_path"]);
    }

    [Fact]
    public void Alerts_Each_IsTestedFiringAndQuiet()
    {
        var tests = DeployFiles.Yaml("deploy/synic.rules.test.yml")["tests"].Items()
            .SelectMany(test => test["alert_rule_test"].Items())
            .ToLookup(test => (string)test["alertname"]!, test => test.Has("exp_alerts"));

        Assert.All(Alerts(), alert => Assert.Equal([false, true], tests[(string)alert["alert"]!].Order().Distinct()));
    }

    [Fact]
    public void Alerts_Each_HasItsSectionInTheRunbook()
    {
        var sections = DeployFiles.Text("deploy/README.md").Split('\n')
            .Where(line => line.StartsWith('#'))
            .Select(line => "deploy/README.md#" + line.TrimStart('#', ' '));

        Assert.All(Alerts(), alert => Assert.Contains((string?)alert["annotations"]["runbook"], sections, StringComparer.OrdinalIgnoreCase));
    }

    private static List<YamlNode> Alerts()
    {
        var alerts = DeployFiles.Yaml("deploy/synic.rules.yml")["groups"].Items()
            .SelectMany(group => group["rules"].Items())
            .Where(rule => rule.Has("alert"))
            .ToList();
        Assert.NotEmpty(alerts);
        return alerts;
    }
}
