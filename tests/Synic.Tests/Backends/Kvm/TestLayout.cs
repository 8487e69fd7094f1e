using Synic.Hv;

namespace Synic.Tests.Backends.Kvm;

/// <summary>Where a test's guest keeps things; the rest is as <see cref="Synic.Guests.DemoLayout"/> has it.</summary>
internal static class TestLayout
{
    public static readonly Gpa Stack = new(0x7_F000);
    public static readonly Gpa Results = new(0x8_0000);
    public static readonly Gpa GpFaults = new(0x8_F000);
    public static readonly Gpa Interrupts = new(0x8_F008);
    public static readonly Gpa Block = new(0x9_0000);
    public static readonly Gpa Simp = new(0xA_0000);
    public static readonly Gpa Siefp = new(0xA_1000);
}
