using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Synic.Guests.Devices;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Tests.Guests.Devices;

public sealed class AcpiTablesTests
{
    private readonly GuestMemory _memory = new(1 << 20);

    public AcpiTablesTests() => AcpiTables.Write(_memory, vps: 16);

    [Fact]
    public void Rsdp_BothChecksums_AreRightAndItNamesTheXsdt()
    {
        var rsdp = Read(AcpiTables.Rsdp, 36);

        Assert.Equal("RSD PTR ", Encoding.ASCII.GetString(rsdp[..8]));
        Assert.Equal(0, AcpiTables.Checksum(rsdp.AsSpan(0, 20)));
        Assert.Equal(0, AcpiTables.Checksum(rsdp));
        Assert.Equal(AcpiTables.Xsdt.Value, BinaryPrimitives.ReadUInt64LittleEndian(rsdp.AsSpan(24)));
        Assert.Equal(0u, AcpiTables.Rsdp.Value & 15); // guests look at every sixteenth byte
    }

    [Fact]
    public void Tables_AllOfThem_HaveRightChecksumsAndDoNotOverlap()
    {
        var end = 0ul;
        foreach (var (gpa, signature) in Tables())
        {
            var table = Table(gpa);
            Assert.Equal(signature, Encoding.ASCII.GetString(table[..4]));
            Assert.Equal(0, AcpiTables.Checksum(table));
            Assert.InRange(gpa.Value, end, 0xF_FFFFul);
            end = gpa.Value + (ulong)table.Length;
        }
    }

    [Fact]
    public void Fadt_HardwareReduced_NamesThePortsThatTheMachineHas()
    {
        var fadt = Table(AcpiTables.Fadt);

        Assert.Equal(276, fadt.Length);
        Assert.Equal(0x10_0431u, BinaryPrimitives.ReadUInt32LittleEndian(fadt.AsSpan(112)));
        Assert.Equal("010800010C06000000000000", Convert.ToHexString(fadt, 116, 12));
        Assert.Equal("010800010506000000000000", Convert.ToHexString(fadt, 244, 12));
        Assert.Equal("010800010606000000000000", Convert.ToHexString(fadt, 256, 12));
        Assert.Equal(AcpiTables.Dsdt.Value, BinaryPrimitives.ReadUInt64LittleEndian(fadt.AsSpan(140)));
    }

    [Fact]
    public void Madt_SixteenVps_ListsEachAndTheIoapic()
    {
        var madt = Table(AcpiTables.Madt);

        for (var vp = 0; vp < 16; vp++)
        {
            Assert.Equal([0, 8, (byte)vp, (byte)vp, 1, 0, 0, 0], madt[(44 + (vp * 8))..][..8]);
        }

        Assert.Equal("010C00000000C0FE00000000", Convert.ToHexString(madt, 44 + (16 * 8), 12));
    }

    [Fact]
    public void EisaId_ThreeLettersAndFourDigits_IsCompressed() => Assert.Equal(0x0105_D041u, AmlWriter.EisaId("PNP0501"));

    [Fact]
    public void Aml_BlockAtTheLimitOfOneLengthByte_GetsASecondBeyondIt()
    {
        Assert.Equal(0x3F, Scope(new byte[52])[1]);
        Assert.Equal([0x41, 0x04], Scope(new byte[53])[1..3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Scope(new byte[5000]));

        static byte[] Scope(byte[] body) => new AmlWriter().Scope("\\", s => s.Name("_X__", body)).ToArray();
    }

    [Fact]
    public async Task Tables_ReadByIasl_DisassembleToWhatWasMeant()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/iasl"), "iasl (Debian's acpica-tools) is not installed");
        using var files = new TestFiles();
        foreach (var (gpa, signature) in Tables())
        {
            var name = Path.Combine(files.Folder, $"{signature}.dat");
            await File.WriteAllBytesAsync(name, Table(gpa), TestContext.Current.CancellationToken);
            var (status, output) = await IaslAsync(name);
            Assert.True(status == 0, output);
            Assert.DoesNotContain("Warning", output, StringComparison.OrdinalIgnoreCase);
        }

        var dsdt = await File.ReadAllTextAsync(Path.Combine(files.Folder, "DSDT.dsl"), TestContext.Current.CancellationToken);
        Assert.Contains("Name (_HID, \"VMBUS\")", dsdt, StringComparison.Ordinal);
        Assert.Contains("Name (_HID, EisaId (\"PNP0501\")", dsdt, StringComparison.Ordinal);
        Assert.Contains("Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive", dsdt, StringComparison.Ordinal);
        Assert.Contains("0x03F8,             // Range Minimum", dsdt, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Output)> IaslAsync(string table)
    {
        var start = new ProcessStartInfo("/usr/bin/iasl", ["-d", table]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    private static (Gpa Gpa, string Signature)[] Tables() =>
    [
        (AcpiTables.Xsdt, "XSDT"), (AcpiTables.Fadt, "FACP"), (AcpiTables.Madt, "APIC"), (AcpiTables.Dsdt, "DSDT"),
    ];

    private byte[] Table(Gpa gpa) => Read(gpa, BinaryPrimitives.ReadInt32LittleEndian(Read(gpa + 4, 4)));

    private byte[] Read(Gpa gpa, int length)
    {
        var bytes = new byte[length];
        Assert.True(_memory.TryRead(gpa, bytes));
        return bytes;
    }
}
