using System.Buffers.Binary;
using Synic.Hv;

namespace Synic.Hypercalls;

/// <summary>The head of the calls that name a VP: partition u64 at 0, VP u32 at 8.</summary>
internal static class HypercallTarget
{
    /// <summary>HV_PARTITION_ID_SELF.</summary>
    internal const ulong PartitionSelf = ulong.MaxValue;

    private const int VpOffset = 8;

    internal static bool IsOwnPartition(ReadOnlySpan<byte> block) =>
        BinaryPrimitives.ReadUInt64LittleEndian(block) == PartitionSelf;

    /// <param name="block">Starts with the head.</param>
    /// <param name="self">What HV_VP_INDEX_SELF stands for.</param>
    internal static VpIndex ReadVp(ReadOnlySpan<byte> block, VpIndex self)
    {
        var vp = new VpIndex(BinaryPrimitives.ReadUInt32LittleEndian(block[VpOffset..]));
        return vp == VpIndex.Self ? self : vp;
    }
}
