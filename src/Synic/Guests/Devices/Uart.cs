namespace Synic.Guests.Devices;

/// <summary>
/// A 16550A serial port: sends at once, receives what the host types, interrupts, and passes the loop-back test by
/// which drivers tell that it is there.
/// </summary>
internal sealed class Uart : ByteDevice, ISerialInput
{
    public const ushort Com1 = 0x3F8;
    public const uint Com1Gsi = 4;

    /// <summary>What the host may type ahead of the guest.</summary>
    public const int InputCapacity = 4096;

    private const int FifoDepth = 16;
    private const byte DivisorLatch = 0x80;  // LCR
    private const byte LoopBack = 0x10;      // MCR
    private const byte Overrun = 0x02;       // LSR
    private const byte TransmitterEmpty = 0x60;
    private const byte Connected = 0xB0;     // MSR: DCD, DSR and CTS of a terminal that is there

    private static ReadOnlySpan<byte> Triggers => [1, 4, 8, 14];

    private readonly Action<bool> _setLine;
    private readonly ISerialSink _sink;
    private readonly Lock _gate = new(); // guards everything below, and the order of changes of the interrupt line
    private readonly Queue<byte> _received = new(FifoDepth);
    private readonly Queue<byte> _typed = new();
    private ushort _divisor = 1;
    private byte _interruptEnable;
    private byte _lineControl = 3;
    private byte _modemControl;
    private byte _modemDelta;
    private byte _scratch;
    private int _trigger = 1;
    private bool _fifo;
    private bool _overrun;
    private bool _transmitPending;
    private bool _line;

    /// <param name="setLine">Its interrupt. Called under the lock, so that levels arrive in order: must not call back.</param>
    /// <param name="sink">Takes what the guest sends.</param>
    public Uart(Action<bool> setLine, ISerialSink sink)
    {
        _setLine = setLine;
        _sink = sink;
    }

    public override ushort FirstPort => Com1;

    public override int PortCount => 8;

    public int Room
    {
        get
        {
            lock (_gate)
            {
                return InputCapacity - _typed.Count;
            }
        }
    }

    public int Send(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            var taken = Math.Min(data.Length, InputCapacity - _typed.Count);
            foreach (var value in data[..taken])
            {
                _typed.Enqueue(value);
            }

            Refill();
            UpdateLine();
            return taken;
        }
    }

    protected override bool TryWrite(int register, byte value)
    {
        var send = false;
        lock (_gate)
        {
            switch (register)
            {
                case 0 when IsDivisorLatch:
                    _divisor = (ushort)((_divisor & 0xFF00) | value);
                    break;
                case 0:
                    _transmitPending = false;
                    send = !IsLoopBack;
                    if (!send)
                    {
                        Receive(value);
                        _transmitPending = true;
                    }

                    break;
                case 1 when IsDivisorLatch:
                    _divisor = (ushort)((_divisor & 0xFF) | (value << 8));
                    break;
                case 1:
                    // THRE asks for attention when it is switched on: the transmitter is always empty.
                    _transmitPending = (value & 2) != 0 && ((_interruptEnable & 2) == 0 || _transmitPending);
                    _interruptEnable = (byte)(value & 0x0F);
                    break;
                case 2:
                    SetFifoControl(value);
                    break;
                case 3:
                    _lineControl = value;
                    break;
                case 4:
                    SetModemControl(value);
                    break;
                case 7:
                    _scratch = value;
                    break;
            }

            UpdateLine();
        }

        if (send)
        {
            _sink.Write(value);
            lock (_gate)
            {
                _transmitPending = true; // only now: whoever is interrupted for it finds the character gone
                UpdateLine();
            }
        }

        return true;
    }

    protected override bool TryRead(int register, out byte value)
    {
        lock (_gate)
        {
            value = register switch
            {
                0 when IsDivisorLatch => (byte)_divisor,
                0 => TakeReceived(),
                1 when IsDivisorLatch => (byte)(_divisor >> 8),
                1 => _interruptEnable,
                2 => TakeIdentification(),
                3 => _lineControl,
                4 => _modemControl,
                5 => TakeLineStatus(),
                6 => TakeModemStatus(),
                _ => _scratch,
            };
            UpdateLine();
        }

        return true;
    }

    private bool IsDivisorLatch => (_lineControl & DivisorLatch) != 0;

    private bool IsLoopBack => (_modemControl & LoopBack) != 0;

    private int Depth => _fifo ? FifoDepth : 1;

    // Loop-back wires the outputs to the inputs: RTS to CTS, DTR to DSR, OUT1 to RI, OUT2 to DCD.
    private static byte ModemLines(byte control) => (control & LoopBack) == 0
        ? Connected
        : (byte)(((control & 2) << 3) | ((control & 1) << 5) | ((control & 0x0C) << 4));

    private void Receive(byte value)
    {
        if (_received.Count == Depth)
        {
            _overrun = true;
            return;
        }

        _received.Enqueue(value);
    }

    private byte TakeReceived()
    {
        var value = _received.TryDequeue(out var first) ? first : (byte)0;
        Refill();
        return value;
    }

    private byte TakeLineStatus()
    {
        var status = (byte)(TransmitterEmpty | (_overrun ? Overrun : 0) | (_received.Count > 0 ? 1 : 0));
        _overrun = false;
        return status;
    }

    private byte TakeModemStatus()
    {
        var status = (byte)(ModemLines(_modemControl) | _modemDelta);
        _modemDelta = 0;
        return status;
    }

    // Reading it takes back the transmitter's interrupt, but only when that is the one it shows.
    private byte TakeIdentification()
    {
        var id = Pending();
        if (id == 2)
        {
            _transmitPending = false;
        }

        return (byte)((_fifo ? 0xC0 : 0) | id);
    }

    // By priority. A FIFO below its trigger level interrupts by "character timeout", here without a wait.
    private byte Pending() =>
        (_interruptEnable & 4) != 0 && _overrun ? (byte)6
        : (_interruptEnable & 1) != 0 && _received.Count > 0 ? (byte)(_received.Count >= _trigger ? 4 : 0x0C)
        : (_interruptEnable & 2) != 0 && _transmitPending ? (byte)2
        : (_interruptEnable & 8) != 0 && _modemDelta != 0 ? (byte)0
        : (byte)1;

    private void SetFifoControl(byte value)
    {
        var enable = (value & 1) != 0;
        if (enable != _fifo || (enable && (value & 2) != 0))
        {
            _received.Clear();
        }

        _fifo = enable;
        _trigger = enable ? Triggers[value >> 6] : 1;
        Refill();
    }

    private void SetModemControl(byte value)
    {
        var before = ModemLines(_modemControl);
        _modemControl = (byte)(value & 0x1F);
        var after = ModemLines(_modemControl);
        var ringEnded = (before & 0x40) != 0 && (after & 0x40) == 0;
        _modemDelta |= (byte)((((before ^ after) >> 4) & 0x0B) | (ringEnded ? 4 : 0));
        Refill();
    }

    private void Refill()
    {
        while (!IsLoopBack && _received.Count < Depth && _typed.TryDequeue(out var value))
        {
            _received.Enqueue(value);
        }
    }

    private void UpdateLine()
    {
        var level = Pending() != 1;
        if (level != _line)
        {
            _line = level;
            _setLine(level);
        }
    }
}
