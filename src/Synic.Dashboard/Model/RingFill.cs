using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>How full a ring is, if its control page can be believed: the guest may have written anything there.</summary>
internal readonly record struct RingFill(uint Used, uint Size)
{
    public double Share => (double)Used / Size;

    /// <returns>Null when the indices are not inside the ring.</returns>
    public static RingFill? Of(VmBusRingSummary ring) =>
        ring.Size == 0 || ring.In >= ring.Size || ring.Out >= ring.Size
            ? null
            : new RingFill(ring.In >= ring.Out ? ring.In - ring.Out : ring.Size - ring.Out + ring.In, ring.Size);
}
