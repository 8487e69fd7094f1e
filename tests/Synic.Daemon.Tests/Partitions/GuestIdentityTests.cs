using Synic.Daemon.Partitions;

namespace Synic.Daemon.Tests.Partitions;

public sealed class GuestIdentityTests
{
    [Theory]
    [InlineData(0x8100_0006_0C29_0000, "Linux 6.12.41 (0x810000060c290000)")]
    [InlineData(0x8200_0015_5CC1_0000, "FreeBSD 1400001 (0x820000155cc10000)")]
    [InlineData(0x0001_040A_0000_4A61, "Windows NT 10.0 build 19041 (0x1040a00004a61)")]
    [InlineData(0x0002_040A_0000_4A61, "0x2040a00004a61")]
    [InlineData(0x0001_050A_0000_4A61, "0x1050a00004a61")]
    [InlineData(0x1, "0x1")]
    [InlineData(ulong.MaxValue, "0xffffffffffffffff")]
    public void Describe_EachWord_IsForPeopleOrHex(ulong id, string expected) => Assert.Equal(expected, GuestIdentity.Describe(id));
}
