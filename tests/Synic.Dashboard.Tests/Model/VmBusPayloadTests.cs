using Synic.Dashboard.Model;

namespace Synic.Dashboard.Tests.Model;

public sealed class VmBusPayloadTests
{
    public static TheoryData<string> Names =>
    [
        "INITIATE_CONTACT", "OPENCHANNEL", "GPADL_HEADER", "GPADL_BODY", "GPADL_TEARDOWN", "CLOSECHANNEL", "RELID_RELEASED", "MODIFYCHANNEL",
        "MODIFY_CONNECTION", "SOMETHING",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_AnyLength_ShowsOnlyWhatIsThere(string name)
    {
        var bytes = new byte[240];
        var fields = 0;
        for (var length = 0; length <= bytes.Length; length++)
        {
            var decoded = VmBusPayload.Decode(name, bytes.AsSpan(0, length)).Count;
            Assert.True(decoded >= fields);
            fields = decoded;
        }

        Assert.Equal(name != "SOMETHING", fields > 0);
    }

    [Fact]
    public void Decode_Contact_ReadsVersionTargetAndPages()
    {
        var bytes = new byte[40];
        bytes[8] = 3;
        bytes[10] = 5;
        bytes[16] = 2;
        bytes[24] = 0x10;

        Assert.Equal(
            ["version 5.3", "target VP 0", "SINT 2", "VTL 0", "features 0x0", "parent to child page 0x10", "child to parent page 0x0"],
            VmBusPayload.Decode("INITIATE_CONTACT", bytes).Select(static f => $"{f.Field} {f.Value}"));
    }

    [Fact]
    public void Dump_LastLineShort_StaysInItsColumns() =>
        Assert.Equal(
            "0000  41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 00  ABCDEFGHIJKLMNO.\n0010  7e                                               ~\n",
            VmBusPayload.Dump("ABCDEFGHIJKLMNO\0~"u8));
}
