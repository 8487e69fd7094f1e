using Iced.Intel;
using Synic.Backends;
using static Iced.Intel.AssemblerRegisters;

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
        await File.WriteAllBytesAsync(image, Multiboot("ready\n", verdict), TestContext.Current.CancellationToken);
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

    // A flat image: the header says where it goes and begins, then 32-bit code that prints and writes the debug exit.
    private static byte[] Multiboot(string text, int verdict)
    {
        const uint Start = 0x10_0000;
        const uint Magic = 0x1BAD_B002;
        const uint HasAddresses = 1 << 16;
        uint[] header = [Magic, HasAddresses, unchecked(0 - (Magic + HasAddresses)), Start, Start, 0, 0, Start + 32];
        var asm = new Assembler(32);
        asm.mov(dx, 0x3F8);
        foreach (var letter in text)
        {
            asm.mov(al, (byte)letter);
            asm.@out(dx, al);
        }

        asm.mov(eax, verdict);
        asm.@out(0xF4, eax);
        asm.hlt();
        using var code = new MemoryStream();
        asm.Assemble(new StreamCodeWriter(code), Start + 32);
        return [.. header.SelectMany(BitConverter.GetBytes), .. code.ToArray()];
    }
}
