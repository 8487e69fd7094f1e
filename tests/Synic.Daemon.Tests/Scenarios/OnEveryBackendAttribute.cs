using System.Reflection;
using Synic.Backends;
using Xunit.Sdk;
using Xunit.v3;

namespace Synic.Daemon.Tests.Scenarios;

/// <summary>The test once where code of a guest runs, and once where it is simulated; what cannot be had here is skipped, with its reason.</summary>
internal sealed class OnEveryBackendAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var kvm = HypervisorCatalog.Probe().Single(static p => p.Kind == BackendKind.Kvm);
        return ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>(
        [
            new TheoryDataRow<string>("emulated"),
            new TheoryDataRow<string>("kvm") { Skip = kvm.Usable ? null : $"KVM cannot be used here: {kvm.Reason}" },
        ]);
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
