using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Synic.Daemon.Tests.Deploy;

public sealed class ContainerFileTests
{
    private readonly ContainerFile _file = ContainerFile.Parse(DeployFiles.Text("deploy/Dockerfile"));

    private ContainerFile.Stage Final => _file.Stages[^1];

    [Fact]
    public void Stages_Images_AreSdkThenRuntimeOfTheProjectsFramework()
    {
        var sdk = (string)DeployFiles.Json("global.json")["sdk"]!["version"]!;

        Assert.Equal(
            [$"dotnet/sdk:{DeployFiles.FrameworkVersion}", $"dotnet/aspnet:{DeployFiles.FrameworkVersion}"],
            _file.Stages.Select(stage => stage.Image[(stage.Image.IndexOf('/', StringComparison.Ordinal) + 1)..]));
        Assert.StartsWith(DeployFiles.FrameworkVersion + ".", sdk, StringComparison.Ordinal);
    }

    [Fact]
    public void User_FinalStage_IsNotRootAndComesAfterTheLastCommandThatNeedsRoot()
    {
        var user = Final.Only("USER");

        Assert.False(user.Value is "root" or "0");
        Assert.DoesNotContain(Final.Instructions.SkipWhile(i => i != user), i => i.Name is "RUN" or "COPY");
    }

    [Fact]
    public void Copy_FromTheRepository_ExistsAndIsSentToTheEngine()
    {
        var ignored = DeployFiles.Text("deploy/Dockerfile.dockerignore").Split('\n');
        var sources = _file.Stages.SelectMany(stage => stage.All("COPY"))
            .Where(copy => !copy.Value.StartsWith("--from=", StringComparison.Ordinal))
            .SelectMany(copy => copy.Words[..^1])
            .Select(source => source.TrimEnd('/'))
            .ToList();

        Assert.NotEmpty(sources);
        Assert.All(sources, source => Assert.True(Path.Exists(DeployFiles.FullPath(source)), source));
        Assert.All(sources, source => Assert.Contains("!" + source, ignored));
    }

    [Fact]
    public void Copy_FromAStage_NamesAnEarlierStageAndWhatItPublished()
    {
        var copy = Assert.Single(Final.All("COPY"), copy => copy.Value.StartsWith("--from=", StringComparison.Ordinal));
        var stage = Assert.Single(_file.Stages[..^1], stage => "--from=" + stage.Name == copy.Words[0]);

        Assert.EndsWith(" --output " + copy.Words[1], stage.Only("RUN").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Entrypoint_Program_IsTheOneThatWasCopiedWithTheInstalledConfiguration()
    {
        var installed = Final.All("COPY").Select(copy => copy.Words[^1]).ToList();

        Assert.Equal(["dotnet", $"{installed[0]}/{DeployFiles.AssemblyName}.dll"], Final.Only("ENTRYPOINT").Command);
        Assert.Equal(["run", "--config", DeployFiles.InstalledConfiguration], Final.Only("CMD").Command);
        Assert.Contains(DeployFiles.InstalledConfiguration, installed);
    }

    [Fact]
    public void Expose_Port_IsWhereTheDaemonListens() =>
        Assert.Equal(DeployFiles.ListenAddress.Port.ToString(CultureInfo.InvariantCulture), Final.Only("EXPOSE").Value);

    [Theory(Skip = "bash is not installed", SkipUnless = nameof(HostTool.HaveBash), SkipType = typeof(HostTool))]
    [InlineData("200 OK", 0)]
    [InlineData("503 Service Unavailable", 1)]
    public async Task HealthCheck_DaemonAnswers_IsHealthyOnlyOn200(string answer, int expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var checking = RunHealthCheckAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        var answering = AnswerAsync(listener, answer);
        await Task.WhenAny(checking, answering);
        listener.Stop(); // a check that never connects must not leave the other side waiting

        Assert.Equal("GET /health/live HTTP/1.0", await answering);
        Assert.Equal(expected, (await checking).ExitCode);
    }

    [Fact(Skip = "bash is not installed", SkipUnless = nameof(HostTool.HaveBash), SkipType = typeof(HostTool))]
    public async Task HealthCheck_NobodyListens_IsUnhealthy()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        Assert.Equal(1, (await RunHealthCheckAsync(port)).ExitCode);
    }

    private Task<ToolResult> RunHealthCheckAsync(int port)
    {
        var command = Final.Only("HEALTHCHECK").Command;
        var expectedPort = $"/dev/tcp/{DeployFiles.ListenAddress.Host}/{DeployFiles.ListenAddress.Port} ";
        Assert.Contains(expectedPort, command[^1], StringComparison.Ordinal);

        var here = command[^1].Replace(expectedPort, $"/dev/tcp/127.0.0.1/{port} ", StringComparison.Ordinal);
        return HostTool.RunAsync(command[0], [.. command[1..^1], here]);
    }

    private static async Task<string?> AnswerAsync(TcpListener listener, string status)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var client = await listener.AcceptTcpClientAsync(cancellation);
        using var reader = new StreamReader(client.GetStream());
        var request = await reader.ReadLineAsync(cancellation);
        string? header;
        do
        {
            header = await reader.ReadLineAsync(cancellation);
        }
        while (header is not (null or ""));

        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n\r\n"), cancellation);
        return request;
    }
}
