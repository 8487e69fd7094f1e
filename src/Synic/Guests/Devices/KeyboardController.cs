using Synic.Backends;

namespace Synic.Guests.Devices;

/// <summary>
/// As much of a keyboard controller as resets a PC: it is always ready for a command, knows the one that pulses the
/// processor's reset line, and has no keyboard.
/// </summary>
internal sealed class KeyboardController(Action<PartitionExit> end) : ByteDevice
{
    public const ushort Command = 0x64;

    private const byte PulseMask = 0xF0;
    private const byte ResetLine = 1; // the lines to pulse are the zeros

    /// <summary>The self-test was passed, the last write was a command, the keyboard is not locked.</summary>
    private const byte Idle = 0x1C;

    public override ushort FirstPort => Command;

    public override int PortCount => 1;

    protected override bool TryWrite(int register, byte value)
    {
        if ((value & PulseMask) == PulseMask && (value & ResetLine) == 0)
        {
            end(PartitionExit.Reboot("keyboard controller"));
        }

        return value >= PulseMask;
    }

    protected override bool TryRead(int register, out byte value)
    {
        value = Idle;
        return true;
    }
}
