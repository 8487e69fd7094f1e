using Synic.Hv;

namespace Synic.Emulation;

/// <summary>The pages that overlays of a partition lie on: no two may share one, or each would save the other's bytes as RAM.</summary>
/// <remarks>Holds at most one page for each <see cref="OverlayPage"/>, so a guest cannot make it grow.</remarks>
internal sealed class OverlayRegistry
{
    // Guards _pages. Taken inside the locks of ProcessorSynic and PartitionMsrs; nothing is taken inside it.
    private readonly Lock _lock = new();
    private readonly HashSet<Gpa> _pages = [];

    public bool TryClaim(Gpa page)
    {
        lock (_lock)
        {
            return _pages.Add(page);
        }
    }

    public void Release(Gpa page)
    {
        lock (_lock)
        {
            _pages.Remove(page);
        }
    }
}
