using System.Buffers.Binary;
using Synic.Guests.Loaders;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Guests.Devices;

/// <summary>
/// The least ACPI (6.5, hardware-reduced) by which a stock kernel finds its VPs, its serial port, the VMBus and the way
/// to power off: RSDP, XSDT, FADT, MADT, DSDT.
/// </summary>
internal static class AcpiTables
{
    public static readonly Gpa Rsdp = new(LoaderLayout.FirmwareTables);
    public static readonly Gpa Xsdt = Rsdp + 0x40;
    public static readonly Gpa Fadt = Rsdp + 0x100;
    public static readonly Gpa Madt = Rsdp + 0x300;
    public static readonly Gpa Dsdt = Rsdp + 0x400;

    private const int HeaderBytes = 36;
    private const byte SystemIo = 1;

    public static void Write(IGuestMemory memory, int vps)
    {
        memory.TryWrite(Dsdt, Table("DSDT"u8, 2, BuildDsdt()));
        memory.TryWrite(Madt, Table("APIC"u8, 5, BuildMadt(vps)));
        memory.TryWrite(Fadt, Table("FACP"u8, 6, BuildFadt()));
        var pointers = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(pointers, Fadt.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(pointers.AsSpan(8), Madt.Value);
        memory.TryWrite(Xsdt, Table("XSDT"u8, 1, pointers));
        memory.TryWrite(Rsdp, BuildRsdp());
    }

    public static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var value in bytes)
        {
            sum += value;
        }

        return (byte)-sum;
    }

    private static byte[] BuildRsdp()
    {
        var rsdp = new byte[36];
        "RSD PTR "u8.CopyTo(rsdp);
        "SYNIC "u8.CopyTo(rsdp.AsSpan(9));
        rsdp[15] = 2; // revision
        BinaryPrimitives.WriteInt32LittleEndian(rsdp.AsSpan(20), rsdp.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(rsdp.AsSpan(24), Xsdt.Value);
        rsdp[8] = Checksum(rsdp.AsSpan(0, 20));
        rsdp[32] = Checksum(rsdp);
        return rsdp;
    }

    private static byte[] BuildFadt()
    {
        var fadt = new byte[276 - HeaderBytes];
        U32(40, (uint)Dsdt.Value);
        BinaryPrimitives.WriteUInt16LittleEndian(At(96), 0xFFF); // no C2
        BinaryPrimitives.WriteUInt16LittleEndian(At(98), 0xFFF); // no C3
        BinaryPrimitives.WriteUInt16LittleEndian(At(109), (1 << 2) | (1 << 5)); // no VGA; the CMOS clock is not to be used
        // WBINVD works, no fixed power and sleep buttons, reset register, hardware-reduced.
        U32(112, (1 << 0) | (1 << 4) | (1 << 5) | (1 << 10) | (1 << 20));
        Register(116, PowerControl.Reset);
        At(128)[0] = PowerControl.ResetValue;
        At(131)[0] = 5; // minor version
        BinaryPrimitives.WriteUInt64LittleEndian(At(140), Dsdt.Value);
        Register(244, PowerControl.SleepControl);
        Register(256, PowerControl.SleepStatus);
        "SYNIC"u8.CopyTo(At(268));
        return fadt;

        Span<byte> At(int offset) => fadt.AsSpan(offset - HeaderBytes);
        void U32(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(At(offset), value);

        // Generic address: an 8-bit port.
        void Register(int offset, ushort port)
        {
            At(offset)[0] = SystemIo;
            At(offset)[1] = 8;
            At(offset)[3] = 1; // byte access
            BinaryPrimitives.WriteUInt64LittleEndian(At(offset + 4), port);
        }
    }

    private static byte[] BuildMadt(int vps)
    {
        const int LapicBytes = 8;
        const int IoapicBytes = 12;
        var madt = new byte[8 + (vps * LapicBytes) + IoapicBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(madt, 0xFEE0_0000);
        for (var vp = 0; vp < vps; vp++)
        {
            var lapic = madt.AsSpan(8 + (vp * LapicBytes));
            lapic[1] = LapicBytes; // type 0: local APIC
            lapic[2] = (byte)vp;   // processor
            lapic[3] = (byte)vp;   // APIC id
            lapic[4] = 1;          // enabled
        }

        var ioapic = madt.AsSpan(8 + (vps * LapicBytes));
        ioapic[0] = 1;
        ioapic[1] = IoapicBytes;
        BinaryPrimitives.WriteUInt32LittleEndian(ioapic[4..], 0xFEC0_0000);
        return madt;
    }

    private static byte[] BuildDsdt() => new AmlWriter()
        .Scope("\\_SB_", static sb => sb
            .Device("VMBS", static d => d
                .Name("_HID", "VMBUS")
                .Name("_UID", 0u)
                .Name("_STA", 0x0Fu))
            .Device("COM1", static d => d
                .Name("_HID", AmlWriter.EisaId("PNP0501"))
                .Name("_UID", 1u)
                .Name("_CRS", SerialResources)))
        .NamePackage("\\_S5_", PowerControl.PowerOffType, 0, 0, 0)
        .ToArray();

    // I/O 0x3F8, 8 ports; interrupt 4, consumer, edge, active high; end.
    private static ReadOnlySpan<byte> SerialResources =>
    [
        0x47, 1, Uart.Com1 & 0xFF, Uart.Com1 >> 8, Uart.Com1 & 0xFF, Uart.Com1 >> 8, 0, 8,
        0x89, 6, 0, 3, 1, (byte)Uart.Com1Gsi, 0, 0, 0,
        0x79, 0,
    ];

    private static byte[] Table(ReadOnlySpan<byte> signature, byte revision, byte[] body)
    {
        var table = new byte[HeaderBytes + body.Length];
        signature.CopyTo(table);
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(4), table.Length);
        table[8] = revision;
        "SYNIC "u8.CopyTo(table.AsSpan(10));
        "SYNICVM "u8.CopyTo(table.AsSpan(16));
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(24), 1);
        "SYNC"u8.CopyTo(table.AsSpan(28));
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(32), 1);
        body.CopyTo(table, HeaderBytes);
        table[9] = Checksum(table);
        return table;
    }
}
