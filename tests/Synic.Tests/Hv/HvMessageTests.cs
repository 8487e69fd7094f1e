using Synic.Hv;

namespace Synic.Tests.Hv;

public sealed class HvMessageTests
{
    [Fact]
    public void Write_IntoADirtySlot_LeavesNothingOfTheOldMessage()
    {
        var slot = Dirty();

        HvMessage.Write(slot, 0x8000_0010, 0x1122_3344_5566_7788, [0xA, 0xB]);

        Assert.Equal(
            [0x10, 0, 0, 0x80, 2, 0, 0, 0, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0xA, 0xB], slot[..18]);
        Assert.All(slot[18..256], b => Assert.Equal(0, b));
    }

    [Fact]
    public void Write_IntoALongerSpan_StopsAtTheSlot()
    {
        var slot = Dirty();

        HvMessage.Write(slot, 1, 0, new byte[240]);

        Assert.All(slot[256..], b => Assert.Equal(0xEE, b));
    }

    [Fact]
    public void Write_PayloadOf241Bytes_Throws() => Assert.Throws<ArgumentOutOfRangeException>(
        () => HvMessage.Write(new byte[256], 1, 0, new byte[241]));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(240, 240)]
    [InlineData(241, 240)]
    [InlineData(255, 240)]
    public void ReadPayload_SizeAsTheGuestWroteIt_IsCutToTheSlot(byte size, int expected)
    {
        var slot = new byte[256];
        slot[4] = size;

        Assert.Equal(expected, HvMessage.ReadPayload(slot).Length);
    }

    [Fact]
    public void Read_WhatWasWritten_ComesBack()
    {
        var slot = Dirty();
        HvMessage.Write(slot, 0x1234_5678, 9, "hello"u8);

        Assert.Equal(0x1234_5678u, HvMessage.ReadType(slot));
        Assert.Equal("hello"u8.ToArray(), HvMessage.ReadPayload(slot).ToArray());
    }

    private static byte[] Dirty() => Enumerable.Repeat((byte)0xEE, 300).ToArray();
}
