using System.Diagnostics;

namespace Synic.Daemon.Tests.Deploy;

/// <summary>Programs of this machine that judge a deployment file better than a test could.</summary>
public static class HostTool
{
    public static bool HaveSystemdAnalyze => IsOnPath("systemd-analyze");

    public static bool HavePromtool => IsOnPath("promtool");

    public static bool HaveBash => IsOnPath("bash");

    internal static async Task<ToolResult> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var cancellation = TestContext.Current.CancellationToken;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new ToolResult(process.ExitCode, await output + await errors);
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}

/// <summary>What a tool said, both streams together.</summary>
internal sealed record ToolResult(int ExitCode, string Output)
{
    public void AssertAccepted() => Assert.True(ExitCode == 0, Output);
}
