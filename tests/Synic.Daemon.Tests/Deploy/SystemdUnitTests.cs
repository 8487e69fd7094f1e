namespace Synic.Daemon.Tests.Deploy;

public sealed class SystemdUnitTests : IDisposable
{
    private const string Missing = "systemd-analyze is not installed (Debian package systemd)";
    private const string InstalledProgram = "/usr/lib/synic/synicd";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("synic-unit-");
    private readonly string _unit = DeployFiles.Text("deploy/synicd.service");

    [Fact(Skip = Missing, SkipUnless = nameof(HostTool.HaveSystemdAnalyze), SkipType = typeof(HostTool))]
    public async Task Verify_ProgramInstalled_SaysNothing()
    {
        var result = await HostTool.RunAsync("systemd-analyze", "verify", UnitWithProgram(_unit));

        result.AssertAccepted();
        Assert.Equal("", result.Output); // an unknown setting is a remark, not a failure
    }

    [Fact(Skip = Missing, SkipUnless = nameof(HostTool.HaveSystemdAnalyze), SkipType = typeof(HostTool))]
    public async Task Verify_MisspeltSetting_IsNamed()
    {
        var misspelt = _unit.Replace("UMask=", "UMaks=", StringComparison.Ordinal);

        var result = await HostTool.RunAsync("systemd-analyze", "verify", UnitWithProgram(misspelt));

        Assert.Contains("UMaks", result.Output, StringComparison.Ordinal);
    }

    [Fact(Skip = Missing, SkipUnless = nameof(HostTool.HaveSystemdAnalyze), SkipType = typeof(HostTool))]
    public async Task Security_ReviewedOffline_ExposesAtMostTwoOfTen()
    {
        var result = await HostTool.RunAsync(
            "systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=20", UnitWithProgram(_unit));

        result.AssertAccepted();
    }

    [Fact]
    public void ExecStart_Program_IsTheOneThatIsPublishedWithTheInstalledConfiguration()
    {
        var command = Assert.Single(Settings("ExecStart")).Split(' ');

        Assert.Equal([InstalledProgram, "run", "--config", DeployFiles.InstalledConfiguration], command);
        Assert.Equal(DeployFiles.AssemblyName, Path.GetFileName(InstalledProgram));
    }

    [Fact]
    public void Sandbox_JustInTimeCompiler_MayWriteCode() => Assert.Empty(Settings("MemoryDenyWriteExecute"));

    [Fact]
    public void Sandbox_Devices_AreKvmAlone()
    {
        Assert.Equal(["/dev/kvm rw"], Settings("DeviceAllow"));
        Assert.Equal(["closed"], Settings("DevicePolicy"));
        Assert.Equal(["kvm"], Settings("SupplementaryGroups"));
        Assert.Empty(Settings("PrivateDevices"));
    }

    [Fact]
    public void Sandbox_User_IsNotRoot()
    {
        Assert.Equal(["yes"], Settings("DynamicUser"));
        Assert.Empty(Settings("User"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private IEnumerable<string> Settings(string name) =>
        _unit.Split('\n').Where(line => line.StartsWith(name + "=", StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..]);

    /// <summary>A copy whose program exists, as the tool asks for.</summary>
    private string UnitWithProgram(string unit)
    {
        var copy = Path.Combine(_folder.FullName, "synicd.service");
        File.WriteAllText(copy, unit.Replace($"ExecStart={InstalledProgram} ", "ExecStart=/bin/true ", StringComparison.Ordinal));
        return copy;
    }
}
