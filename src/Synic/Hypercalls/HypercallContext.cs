using Synic.Hv;
using Synic.Ports;

namespace Synic.Hypercalls;

/// <summary>One hypercall as its caller made it, whatever the backend: filled in from registers, answered in place.</summary>
public ref struct HypercallContext
{
    /// <summary>RDX and R8: what a backend without XMM access offers.</summary>
    public const int GeneralRegisterBytes = 16;

    /// <summary>RDX, R8 and XMM0 to XMM5.</summary>
    public const int ExtendedRegisterBytes = 112;

    /// <summary>RCX, or EDX:EAX of a 32-bit caller.</summary>
    public required HypercallControl Control { get; init; }

    /// <summary>RDX: input GPA of the slow form.</summary>
    public ulong InputGpa { get; init; }

    /// <summary>R8: output GPA of the slow form.</summary>
    public ulong OutputGpa { get; init; }

    /// <summary>
    /// Input and output of the fast form, in 16-byte pairs: RDX:R8, XMM0, … Its length says how many pairs the
    /// backend can move; the dispatcher writes output behind the input.
    /// </summary>
    public Span<byte> FastRegisters { get; init; }

    /// <summary>The caller's.</summary>
    public required Vtl Vtl { get; init; }

    /// <summary>The calling VP's.</summary>
    public required DispatchContext Dispatch { get; init; }

    /// <summary>Set by the dispatcher when it wrote output into <see cref="FastRegisters"/>.</summary>
    public bool FastOutputWritten { get; set; }

    public readonly VpIndex Vp => Dispatch.Vp;
}
