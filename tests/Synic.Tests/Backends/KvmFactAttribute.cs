using System.Runtime.CompilerServices;
using Synic.Backends;
using Synic.Backends.Kvm;

namespace Synic.Tests.Backends;

/// <summary>A test that runs a guest on this machine's KVM; skipped, with the reason, where there is none.</summary>
internal sealed class KvmFactAttribute : FactAttribute
{
    private static readonly BackendProbe s_probe = KvmRequirements.Probe();

    public KvmFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Timeout = 60_000;
        if (!s_probe.Usable)
        {
            Skip = $"KVM cannot be used here: {s_probe.Reason}";
        }
    }
}
