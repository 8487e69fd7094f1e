using System.Runtime.CompilerServices;
using Synic.Backends;

namespace Synic.Browser.Tests;

/// <summary>A test in a real browser; skipped, with the reason, where there is none.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Timeout = 120_000;
        if (!Chromium.IsHere)
        {
            Skip = "there is no /usr/bin/chromium (Debian package chromium)";
        }
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
