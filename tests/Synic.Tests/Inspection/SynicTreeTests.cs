using Synic.Emulation;
using Synic.Hv;
using Synic.Inspection;
using Synic.Tests.Emulation;

namespace Synic.Tests.Inspection;

public sealed class SynicTreeTests
{
    private static readonly ulong[] s_written = [0x31, 0x1_0042, 0x2_0077];

    [Fact]
    public async Task Inspect_GuestWritesMeanwhile_EachPictureFitsItself()
    {
        var rig = new SynicRig(vps: 1).Enable(sint: s_written[0]);
        var tree = new TestTree(node => node.Child("vps", new SynicTree(rig.Synic, running: () => true)));
        using var stop = new CancellationTokenSource();
        var guest = Task.Run(() => ActAsGuest(rig, stop.Token), TestContext.Current.CancellationToken);

        for (var i = 0; i < 200; i++)
        {
            var result = await tree.Ask("vps/0/vtl0/synic");
            var synic = Assert.IsType<InspectDirectory>(result.Node);
            Assert.True(result.Complete);
            var raw = new SintRegister(Value(synic, "sint", "2").AsUInt64);
            Assert.Contains(raw.Value, s_written);
            Assert.Equal(raw.Vector, Value(synic, "sint_decoded", "2", "vector").AsUInt64);
            Assert.Equal(raw.Masked, Value(synic, "sint_decoded", "2", "masked").AsBool);
            Assert.InRange(Value(synic, "queue", "2").AsInt64, 0, 4);
        }

        await stop.CancelAsync();
        await guest;
    }

    [Fact]
    public async Task Inspect_VpsRun_MarksWhatIsApproximate()
    {
        var rig = new SynicRig(vps: 1);
        var running = true;
        var tree = new TestTree(node => node.Child("vps", new SynicTree(rig.Synic, () => running)));

        var live = Assert.IsType<InspectValue>((await tree.Ask("vps/0/vtl0/synic/scontrol")).Node);
        running = false;
        var still = Assert.IsType<InspectValue>((await tree.Ask("vps/0/vtl0/synic/scontrol")).Node);

        Assert.Equal((true, false), (live.Traits.Approximate, still.Traits.Approximate));
    }

    [Theory]
    [InlineData("vps/2")]
    [InlineData("vps/0/vtl1")]
    [InlineData("vps/0/vtl0/synic/sint/16")]
    public async Task Inspect_WhatDoesNotExist_IsNotFound(string path)
    {
        var rig = new SynicRig(vps: 2);
        var tree = new TestTree(node => node.Child("vps", new SynicTree(rig.Synic, running: () => true)));

        Assert.Equal("path_not_found", Assert.IsType<InspectFailure>((await tree.Ask(path)).Node).Code);
    }

    private static void ActAsGuest(SynicRig rig, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            rig.Write(HvMsr.Sint0 + 2, s_written[i % s_written.Length]);
            rig.TryWrite(HvMsr.Simp, PageOf(i).Value | (i % 2 == 0 ? 1UL : 0)); // one of the pages is the SIEF page's: #GP
            rig.FillPage(PageOf(i), (byte)i);
            rig.Post((byte)i);
            rig.Eom();
        }
    }

    private static Gpa PageOf(int round) => Gpa.FromPageNumber((ulong)(8 + (round % 5)));

    private static InspectScalar Value(InspectNode node, params string[] path)
    {
        foreach (var name in path)
        {
            node = Assert.IsType<InspectDirectory>(node)[name]!;
        }

        return Assert.IsType<InspectValue>(node).Value;
    }
}
