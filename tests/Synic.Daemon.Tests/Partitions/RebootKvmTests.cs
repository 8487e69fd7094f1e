using Iced.Intel;
using Synic.Backends;
using Synic.Daemon.Tests.Cli;
using Synic.Hv;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Daemon.Tests.Partitions;

/// <summary>A guest on real VPs that reboots in every way a PC knows, by order of what is typed at its serial port.</summary>
public sealed class RebootKvmTests
{
    private const uint Mark = 0x30_0000;
    private const uint NoIdt = 0x30_0010;

    public static bool HaveKvm => GuestFileProcessTests.HaveKvm;

    [Fact(Skip = "needs a KVM that can be used here", SkipUnless = nameof(HaveKvm), Timeout = 60_000)]
    public async Task Reboot_ByEveryWay_BeginsAgainWithClearMemoryAndEndsByItsVerdict()
    {
        (char Order, string How)[] ways =
        [
            ('a', "ACPI reset register"), ('c', "reset control register"), ('k', "keyboard controller"),
            ('m', "HV_X64_MSR_RESET"), ('t', "triple fault on VP 0"),
        ];
        var image = Path.GetTempFileName();
        await File.WriteAllBytesAsync(image, MultibootImage.Build(Emit), TestContext.Current.CancellationToken);
        await using var daemon = await TestDaemon.StartAsync(null,
            ("Synic:Partitions:0:Backend", "kvm"), ("Synic:Partitions:0:Guest:Kind", "file"), ("Synic:Partitions:0:Guest:Path", image),
            ("Synic:Partitions:0:MemoryMiB", "8"), ("Synic:Partitions:0:Serial", "none"));

        foreach (var (i, (order, how)) in ways.Index())
        {
            await OrderAsync(daemon, i, order);
            await UntilAsync(daemon, () => daemon.Host.Reboots == i + 1);
            Assert.Equal($"the guest rebooted ({how})", (string?)(await daemon.GetAsync(TestDaemon.Partition))["stateReason"]);
        }

        await OrderAsync(daemon, ways.Length, 'q');
        await UntilAsync(daemon, () => daemon.Host.Exit is not null);
        Assert.Equal((true, 0u), (daemon.Host.Exit!.Clean, daemon.Host.Exit.DebugExitValue));
        Assert.Equal(ways.Length, (int)(await daemon.GetAsync(TestDaemon.Partition + "/boot"))["reboots"]!);
        File.Delete(image);
    }

    // Says that it is up unless memory was not cleared, then obeys one letter.
    private static void Emit(Assembler asm)
    {
        var wait = asm.CreateLabel();
        asm.mov(eax, 1);
        asm.xchg(__dword_ptr[Mark], eax);
        On(asm, () => asm.test(eax, eax), () => asm.Print("up\n"), orElse: () => asm.Verdict(9));

        asm.Label(ref wait);
        asm.mov(dx, 0x3FD);
        asm.@in(al, dx);
        asm.test(al, 1);
        asm.je(wait);
        asm.mov(dx, 0x3F8);
        asm.@in(al, dx);
        asm.mov(bl, al);
        OnLetter(asm, 'a', () => Out(asm, 0x60C, 1));
        OnLetter(asm, 'c', () => Out(asm, 0xCF9, 6));
        OnLetter(asm, 'k', () => Out(asm, 0x64, 0xFE));
        OnLetter(asm, 'm', () =>
        {
            asm.mov(ecx, HvMsr.Reset);
            asm.mov(eax, 1);
            asm.xor(edx, edx);
            asm.wrmsr();
        });
        OnLetter(asm, 't', () =>
        {
            asm.lidt(__[NoIdt]);
            asm.ud2(); // INT3 is beyond some emulators
        });
        asm.Verdict(0);
    }

    private static void OnLetter(Assembler asm, char letter, Action then) =>
        On(asm, () => asm.cmp(bl, (sbyte)letter), then, orElse: null);

    private static void On(Assembler asm, Action compare, Action then, Action? orElse)
    {
        var other = asm.CreateLabel();
        var after = asm.CreateLabel();
        compare();
        asm.jne(other);
        then();
        asm.jmp(after);
        asm.Label(ref other);
        asm.nop();
        orElse?.Invoke();
        asm.Label(ref after);
        asm.nop();
    }

    private static void Out(Assembler asm, ushort port, byte value)
    {
        asm.mov(al, value);
        asm.mov(dx, (short)port);
        asm.@out(dx, al);
    }

    private static async Task OrderAsync(TestDaemon daemon, int boot, char letter)
    {
        await UntilAsync(daemon, () => daemon.Host.Serial.Lines().Count(static l => l == "up") == boot + 1);
        Assert.True(daemon.Host.Type([(byte)letter]));
    }

    private static async Task UntilAsync(TestDaemon daemon, Func<bool> isSo)
    {
        while (!isSo())
        {
            Assert.False(daemon.Host.State == PartitionState.Failed, daemon.Host.Exit?.Reason);
            await Task.Yield();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
