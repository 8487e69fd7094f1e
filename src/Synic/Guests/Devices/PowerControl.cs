using Synic.Backends;

namespace Synic.Guests.Devices;

/// <summary>The registers of hardware-reduced ACPI by which a guest powers off and resets.</summary>
internal sealed class PowerControl(Action<PartitionExit> end) : ByteDevice
{
    public const ushort SleepControl = 0x605;
    public const ushort SleepStatus = 0x606;
    public const ushort Reset = 0x60C;
    public const byte ResetValue = 1;

    /// <summary>SLP_TYP of \_S5.</summary>
    public const byte PowerOffType = 5;

    private const byte SleepEnable = 0x20;

    public override ushort FirstPort => SleepControl;

    public override int PortCount => Reset - SleepControl + 1;

    protected override bool TryWrite(int register, byte value)
    {
        switch (SleepControl + register)
        {
            case SleepControl when (value & SleepEnable) != 0 && ((value >> 2) & 7) == PowerOffType:
                end(new PartitionExit(Clean: true, DebugExitValue: null, "the guest powered off"));
                return true;
            case SleepControl or SleepStatus:
                return true;
            case Reset:
                if (value == ResetValue)
                {
                    end(PartitionExit.Reboot("ACPI reset register"));
                }

                return true;
            default:
                return false;
        }
    }

    protected override bool TryRead(int register, out byte value)
    {
        value = 0;
        return SleepControl + register is SleepControl or SleepStatus or Reset;
    }
}
