using Synic.Guests;
using Synic.Guests.Devices;

namespace Synic.Tests.Guests.Devices;

/// <summary>The 16550A as its data sheet and the drivers' probes see it.</summary>
public sealed class UartTests : ISerialSink
{
    private const int Data = 0;
    private const int InterruptEnable = 1;
    private const int Identification = 2;
    private const int FifoControl = 2;
    private const int LineControl = 3;
    private const int ModemControl = 4;
    private const int LineStatus = 5;
    private const int ModemStatus = 6;
    private const int Scratch = 7;

    private readonly List<byte> _sent = [];
    private readonly List<bool> _line = [];
    private readonly Uart _uart;

    public UartTests() => _uart = new Uart(_line.Add, this);

    void ISerialSink.Write(byte value) => _sent.Add(value);

    [Fact]
    public void Send_MoreThanTheHostMayTypeAhead_IsCut()
    {
        var taken = _uart.Send(new byte[10_000]);

        Assert.Equal(Uart.InputCapacity, taken);
        Assert.Equal(1, _uart.Send(new byte[100])); // one went on into the receiver
    }

    [Fact]
    public void LoopBack_MoreThanTheFifoHolds_OverrunsAndIsReportedOnce()
    {
        Write(FifoControl, 1);
        Write(ModemControl, 0x10);
        for (var i = 0; i < 17; i++)
        {
            Write(Data, (byte)i);
        }

        Assert.Equal(0x63, Read(LineStatus)); // overrun, data
        Assert.Equal(0x61, Read(LineStatus));
        Assert.Equal(Enumerable.Range(0, 16), Enumerable.Range(0, 16).Select(_ => (int)Read(Data)));
        Assert.Equal(0x60, Read(LineStatus));
        Assert.Empty(_sent);
    }

    [Theory]
    [InlineData(0x10, 0x00)]
    [InlineData(0x11, 0x20)] // DTR -> DSR
    [InlineData(0x12, 0x10)] // RTS -> CTS
    [InlineData(0x14, 0x40)] // OUT1 -> RI
    [InlineData(0x18, 0x80)] // OUT2 -> DCD
    [InlineData(0x1A, 0x90)] // what Linux's probe tries
    public void LoopBack_ModemOutputs_ComeBackAsInputs(byte control, byte status)
    {
        Write(ModemControl, control);

        Assert.Equal(status, Read(ModemStatus) & 0xF0);
    }

    [Fact]
    public void ModemStatus_ChangedLines_AreReportedOnce()
    {
        Write(ModemControl, 0x1F);
        Read(ModemStatus);
        Write(ModemControl, 0x10);

        Assert.Equal(0x0F, Read(ModemStatus)); // CTS, DSR and DCD changed, RI ended
        Assert.Equal(0x00, Read(ModemStatus));
    }

    [Fact]
    public void Transmit_Polled_ReachesTheSinkAndIsAlwaysReady()
    {
        Write(Data, (byte)'h');
        Write(Data, (byte)'i');

        Assert.Equal("hi"u8.ToArray(), _sent);
        Assert.Equal(0x60, Read(LineStatus));
        Assert.Empty(_line); // no interrupt was asked for
    }

    [Fact]
    public void TransmitInterrupt_WhenEnabled_IsPendingAtOnceAndEndsByReadingIdentification()
    {
        Write(InterruptEnable, 2);
        Assert.Equal([true], _line);

        Assert.Equal(0x02, Read(Identification));
        Assert.Equal(0x01, Read(Identification));
        Assert.Equal([true, false], _line);
    }

    [Fact]
    public void TransmitInterrupt_AfterEachCharacter_IsANewEdge()
    {
        Write(InterruptEnable, 2);
        Read(Identification);
        _line.Clear();

        Write(Data, 1);
        Assert.Equal([true], _line);
        Write(Data, 2); // the first is taken back by the write itself

        Assert.Equal([true, false, true], _line);
    }

    [Fact]
    public void TransmitInterrupt_WrittenAgainWithoutAChange_StaysServed()
    {
        Write(InterruptEnable, 2);
        Read(Identification);

        Write(InterruptEnable, 2);
        Assert.Equal(0x01, Read(Identification));

        Write(InterruptEnable, 0);
        Write(InterruptEnable, 2); // Linux's THRE test: off and on again
        Assert.Equal(0x02, Read(Identification));
    }

    [Fact]
    public void TransmitInterrupt_ReadingIdentificationOfAnother_DoesNotEndIt()
    {
        Write(InterruptEnable, 3);
        _uart.Send([7]);

        Assert.Equal(0x04, Read(Identification)); // received data comes first
        Assert.Equal(7, Read(Data));
        Assert.Equal(0x02, Read(Identification));
    }

    [Fact]
    public void Transmit_InterruptIsRaised_OnlyAfterTheCharacterIsOut()
    {
        var order = new List<string>();
        var uart = new Uart(level => order.Add($"line {level}"), new Recorder(order));
        uart.TryOut(InterruptEnable, [2]);
        order.Clear();

        uart.TryOut(Data, [(byte)'x']);

        Assert.Equal(["line False", "sent", "line True"], order);
    }

    [Fact]
    public void Receive_WithoutFifo_HoldsOneAndTakesTheNextWhenRead()
    {
        Write(InterruptEnable, 1);
        _uart.Send("ab"u8);

        Assert.Equal(0x04, Read(Identification));
        Assert.Equal((byte)'a', Read(Data));
        Assert.Equal((byte)'b', Read(Data));
        Assert.Equal(0x60, Read(LineStatus));
        Assert.Equal([true, false], _line);
    }

    [Theory]
    [InlineData(0x01, 1, 0xC4)]
    [InlineData(0x41, 3, 0xCC)]  // below the trigger: character timeout
    [InlineData(0x41, 4, 0xC4)]
    [InlineData(0xC1, 13, 0xCC)]
    [InlineData(0xC1, 14, 0xC4)]
    public void Receive_WithFifo_InterruptsByItsTriggerLevel(byte control, int count, byte identification)
    {
        Write(FifoControl, control);
        Write(InterruptEnable, 1);
        _uart.Send(new byte[count]);

        Assert.Equal(identification, Read(Identification));
        Assert.Equal([true], _line);
    }

    [Fact]
    public void FifoControl_Clear_EmptiesTheFifoOnly()
    {
        Write(FifoControl, 1);
        _uart.Send([.. Enumerable.Range(0, 20).Select(static i => (byte)i)]);

        Write(FifoControl, 3);

        Assert.Equal([16, 17, 18, 19, 0], Enumerable.Range(0, 5).Select(_ => (int)Read(Data)));
    }

    [Fact]
    public void Registers_ThatKeepValues_ReadBackWithoutTheBitsA16550Lacks()
    {
        Write(Scratch, 0xA5);
        Write(InterruptEnable, 0xFF);
        Write(ModemControl, 0xEF);
        Write(LineControl, 0x83);
        Write(Data, 0x12);
        Write(InterruptEnable, 0x34);

        Assert.Equal((0x12, 0x34), (Read(Data), Read(InterruptEnable))); // the divisor
        Write(LineControl, 0x03);
        Assert.Equal((0xA5, 0x0F, 0x0F, 0x03), (Read(Scratch), Read(InterruptEnable), Read(ModemControl), Read(LineControl)));
        Assert.Empty(_sent);
    }

    [Fact]
    public void Identification_FifoSwitchedOnAndOff_ShowsIt()
    {
        Write(FifoControl, 0xE7);
        Assert.Equal(0xC1, Read(Identification));
        Write(FifoControl, 0);
        Assert.Equal(0x01, Read(Identification));
    }

    [Fact]
    public void Access_WiderThanAByte_IsSplitOverTheRegisters()
    {
        _uart.TryOut(LineStatus, [0, 0, 0x5A, 0xFF]); // the last byte is beyond the device
        byte[] read = [0xFF, 0xFF, 0xFF, 0xFF];

        Assert.True(_uart.TryIn(LineStatus, read));

        Assert.Equal([0x60, 0xB0, 0x5A, 0xFF], read);
    }

    [Fact]
    public async Task Access_FromTwoVpsAndTheHost_LosesNothing()
    {
        const int Count = 20_000;
        var uart = new Uart(static _ => { }, new Recorder([]));
        uart.TryOut(FifoControl, [1]);
        uart.TryOut(InterruptEnable, [3]);
        var received = 0;
        var sender = Task.Run(() =>
        {
            for (var sent = 0; sent < Count; sent += uart.Send([1]))
            {
            }
        }, TestContext.Current.CancellationToken);
        var noise = Task.Run(() =>
        {
            for (var i = 0; i < Count; i++)
            {
                uart.TryOut(InterruptEnable, [(byte)(i & 3)]);
                uart.TryIn(Identification, new byte[1]);
            }
        }, TestContext.Current.CancellationToken);
        var value = new byte[1];
        while (received < Count)
        {
            uart.TryIn(LineStatus, value);
            if ((value[0] & 1) != 0)
            {
                uart.TryIn(Data, value);
                received += value[0];
            }
        }

        await Task.WhenAll(sender, noise);
        uart.TryIn(LineStatus, value);
        Assert.Equal(0x60, value[0]);
    }

    private void Write(int register, byte value) => Assert.True(_uart.TryOut(register, [value]));

    private byte Read(int register)
    {
        Span<byte> value = [0xFF];
        Assert.True(_uart.TryIn(register, value));
        return value[0];
    }

    private sealed class Recorder(List<string> order) : ISerialSink
    {
        public void Write(byte value) => order.Add("sent");
    }
}
