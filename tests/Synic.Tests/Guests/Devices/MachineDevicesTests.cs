using Microsoft.Extensions.Time.Testing;
using Synic.Backends;
using Synic.Backends.Emulated;
using Synic.Guests;
using Synic.Guests.Devices;
using Synic.Hv;

namespace Synic.Tests.Guests.Devices;

/// <summary>The ports of the machine, from the guest's side.</summary>
public sealed class MachineDevicesTests : ISerialSink, IDisposable
{
    private static readonly VpIndex s_vp = new(0);

    private readonly EmulatedPartition _partition = new(new PartitionOptions { Vps = 3, MemoryBytes = 4 << 20 });
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 12, 24, 21, 43, 59, TimeSpan.Zero));
    private readonly List<byte> _printed = [];
    private readonly MachineDevices _devices;

    public MachineDevicesTests() => _devices = new MachineDevices(_partition, this, _time);

    public void Dispose() => _partition.Dispose();

    void ISerialSink.Write(byte value) => _printed.Add(value);

    [Fact]
    public void Access_ToEveryPortInEveryWidth_IsAnsweredAndCounted()
    {
        var buffer = new byte[4];
        for (var port = 0; port <= ushort.MaxValue; port++)
        {
            foreach (var width in (int[])[1, 2, 4])
            {
                _devices.In(s_vp, (ushort)port, buffer.AsSpan(0, width));
                if (port is not (PowerControl.SleepControl or PowerControl.Reset or PciPorts.ResetControl or DebugExit.Port))
                {
                    _devices.Out(s_vp, (ushort)port, ((ReadOnlySpan<byte>)[0xA5, 0xA5, 0xA5, 0xA5])[..width]);
                }
            }
        }

        Assert.Equal(UnhandledPorts.MaxPorts, _devices.Unhandled.Snapshot().Count);
        Assert.InRange(_devices.Unhandled.Total, 390_000, 393_216);
        Assert.Null(_partition.Exit);
    }

    [Theory]
    [InlineData(0x2F8)] // absent UARTs
    [InlineData(0x2FD)]
    [InlineData(0x3E8)]
    [InlineData(0x42)]  // no PIT in user mode
    [InlineData(0x61)]
    public void In_WhereNobodyIs_IsAllOnesAndCounted(ushort port)
    {
        Assert.Equal(0xFF, In(port));
        Assert.Equal([new(port, 1)], _devices.Unhandled.Snapshot());
    }

    [Fact]
    public void Pci_Probed_IsAllOnesWithoutBeingCounted()
    {
        _devices.Out(s_vp, 0xCF8, [0, 0, 0, 0x80]);
        var data = new byte[4];

        _devices.In(s_vp, 0xCFC, data);

        Assert.Equal([0xFF, 0xFF, 0xFF, 0xFF], data);
        Assert.Equal(0, _devices.Unhandled.Total);
    }

    [Theory]
    [InlineData(0x00, "51454D5500")]         // "QEMU", then zeros
    [InlineData(0x05, "030000")]             // VPs
    [InlineData(0x0F, "030000")]
    [InlineData(0x03, "000040000000000000")] // bytes of memory
    [InlineData(0x11, "000040000000000000")]
    [InlineData(0x8001, "0000")]             // nothing there
    [InlineData(0xFFFF, "0000")]
    public void FirmwareConfig_Item_ReadsFromItsBeginning(ushort item, string bytes)
    {
        for (var round = 0; round < 2; round++)
        {
            _devices.Out(s_vp, 0x510, BitConverter.GetBytes(item));
            Assert.Equal(bytes, Convert.ToHexString([.. Enumerable.Range(0, bytes.Length / 2).Select(_ => In(0x511))]));
        }
    }

    [Fact]
    public void FirmwareConfig_WrongWidths_ChangeNothing()
    {
        _devices.Out(s_vp, 0x510, [5, 0]);
        _devices.Out(s_vp, 0x510, [0]);
        _devices.Out(s_vp, 0x511, [0]);
        var wide = new byte[4];
        _devices.In(s_vp, 0x511, wide);

        Assert.Equal([0xFF, 0xFF, 0xFF, 0xFF], wide);
        Assert.Equal(3, In(0x511));
        Assert.Equal(3, _devices.Unhandled.Total);
    }

    [Fact]
    public void Cmos_Clock_IsTheHostsInBcdAndNeverInAnUpdate()
    {
        Assert.Equal("594321" + "04241231" + "20", Convert.ToHexString([.. ((byte[])[0, 2, 4, 6, 7, 8, 9, 0x32]).Select(Cmos)]));
        Assert.Equal((0, 0x02, 0x80), (Cmos(0x0A) & 0x80, Cmos(0x0B), Cmos(0x8D)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((0x00, 0x44), (Cmos(0), Cmos(2)));
    }

    [Fact]
    public void DebugConsole_Out_PrintsAndReadsItsOwnNumber()
    {
        _devices.Out(s_vp, DebugConsole.Port, "!"u8);

        Assert.Equal("!"u8.ToArray(), _printed);
        Assert.Equal(0xE9, In(DebugConsole.Port));
    }

    [Theory]
    [InlineData(PowerControl.SleepControl, 0x34, true, "the guest powered off")]
    [InlineData(PowerControl.Reset, 1, false, "the guest rebooted (ACPI reset register)")]
    [InlineData(PciPorts.ResetControl, 0x06, false, "the guest rebooted (reset control register)")]
    [InlineData(PciPorts.ResetControl, 0x0E, false, "the guest rebooted (reset control register)")]
    [InlineData(KeyboardController.Command, 0xFE, false, "the guest rebooted (keyboard controller)")]
    [InlineData(KeyboardController.Command, 0xF0, false, "the guest rebooted (keyboard controller)")]
    [InlineData(DebugExit.Port, 0, true, "the guest powered off")]
    [InlineData(DebugExit.Port, 9, false, "the guest ended with the value 9")]
    public void Out_ThatEndsTheMachine_SaysHow(ushort port, byte value, bool clean, string reason)
    {
        _devices.Out(s_vp, port, [value]);

        Assert.Equal((clean, reason), (_partition.Exit!.Clean, _partition.Exit.Reason));
    }

    [Theory]
    [InlineData(PowerControl.SleepControl, 0x14)] // not enabled
    [InlineData(PowerControl.SleepControl, 0x20)] // another sleep state
    [InlineData(PowerControl.SleepStatus, 0x80)]  // wake status, written to be cleared
    [InlineData(PowerControl.Reset, 0)]
    public void Out_ThatIsNoEnd_LetsTheGuestGoOn(ushort port, byte value)
    {
        _devices.Out(s_vp, port, [value]);

        Assert.Null(_partition.Exit);
        Assert.Equal(0, In(port));
    }

    [Fact]
    public void Reset_WrittenOtherwise_LetsTheGuestGoOn()
    {
        _devices.Out(s_vp, PciPorts.ResetControl, [0x02]);                // how hard, not yet when
        _devices.Out(s_vp, 0xCF8, [0x00, 0x06, 0x00, 0x80]);              // the address register, all four bytes
        _devices.Out(s_vp, PciPorts.ResetControl, [0x06, 0x06]);          // no access to one byte
        _devices.Out(s_vp, KeyboardController.Command, [0xFF]);           // a pulse on no line
        _devices.Out(s_vp, KeyboardController.Command, [0xD1]);           // another command
        _devices.Out(s_vp, KeyboardController.Command - 1, [0xFE, 0xFE]); // 0x63 is nobody's

        Assert.Null(_partition.Exit);
        Assert.Equal(0, In(KeyboardController.Command) & 3); // nothing to read, ready for a command
    }

    [Fact]
    public void Out_PowerOff_IsNoReboot()
    {
        _devices.Out(s_vp, PowerControl.SleepControl, [0x34]);

        Assert.False(_partition.Exit!.IsReboot);
    }

    private byte In(ushort port)
    {
        Span<byte> data = [0];
        _devices.In(s_vp, port, data);
        return data[0];
    }

    private byte Cmos(byte index)
    {
        _devices.Out(s_vp, 0x70, [index]);
        return In(0x71);
    }
}
