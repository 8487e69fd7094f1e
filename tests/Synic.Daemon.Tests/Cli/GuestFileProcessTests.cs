using Synic.Backends;

namespace Synic.Daemon.Tests.Cli;

/// <summary>A guest from a file, run as its user does it.</summary>
public sealed class GuestFileProcessTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    public static bool HaveKvm => HypervisorCatalog.Probe().Any(static p => p is { Kind: BackendKind.Kvm, Usable: true });

    [Theory(Skip = "needs a KVM that can be used here", SkipUnless = nameof(HaveKvm))]
    [InlineData(0, 0, "guest: ended: ")]
    [InlineData(3, 1, "guest: ended badly: ")]
    public async Task Run_MultibootGuest_PrintsAndEndsWithItsVerdict(int verdict, int status, string end)
    {
        var image = Path.GetTempFileName();
        await File.WriteAllBytesAsync(image, MultibootImage.Build(asm =>
        {
            asm.Print("ready\n");
            asm.Verdict(verdict);
        }), TestContext.Current.CancellationToken);
        try
        {
            using var daemon = await DaemonProcess.StartAsync("--guest", image, "--exit-with-guest", "--serial", "stdio", "--name", "guest");

            var output = await daemon.ReadToEndAsync();

            Assert.Equal(status, await daemon.WaitAsync(s_limit));
            Assert.Contains("guest| ready", output, StringComparison.Ordinal);
            Assert.Contains(end, output, StringComparison.Ordinal);
            Assert.Contains($"debug exit value {verdict}", output, StringComparison.Ordinal);
            Assert.Equal("", await daemon.Errors);
        }
        finally
        {
            File.Delete(image);
        }
    }
}
