using System.Runtime.CompilerServices;
using Synic.Backends;

namespace Synic.Browser.Tests;

/// <summary>A test in a real browser; skipped, with the reason, where there is none.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Timeout = BrowserNeeds.Timeout;
        Skip = BrowserNeeds.Missing();
    }

    /// <summary>Needs a KVM too.</summary>
    public bool OnKvm
    {
        get;
        set
        {
            field = value;
            if (value && HypervisorCatalog.Probe().First(static p => p.Kind == BackendKind.Kvm) is { Usable: false } kvm)
            {
                Skip ??= $"KVM cannot be used here: {kvm.Reason}";
            }
        }
    }
}

/// <summary>The same for a row of tests.</summary>
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Timeout = BrowserNeeds.Timeout;
        Skip = BrowserNeeds.Missing();
    }

    /// <summary>Needs axe-core too.</summary>
    public bool WithAxe
    {
        get;
        set
        {
            field = value;
            if (value && !Axe.IsHere)
            {
                Skip ??= "axe-core is not here: tests/run fetches it with npm into artifacts/tools/axe";
            }
        }
    }
}

internal static class BrowserNeeds
{
    public const int Timeout = 120_000;

    public static string? Missing() => Chromium.IsHere ? null : "there is no /usr/bin/chromium (Debian package chromium)";
}
