namespace Synic.Hv;

/// <summary>A guest physical address, in bytes.</summary>
public readonly record struct Gpa(ulong Value)
{
    public const int PageSize = 4096;

    public const int PageShift = 12;

    public bool IsPageAligned => (Value & (PageSize - 1)) == 0;

    /// <summary>The address of the page that this address lies in.</summary>
    public Gpa Page => new(Value & ~(ulong)(PageSize - 1));

    public static Gpa FromPageNumber(ulong pageNumber) => new(pageNumber << PageShift);

    public static Gpa operator +(Gpa gpa, ulong bytes) => new(gpa.Value + bytes);

    public Gpa Add(ulong bytes) => this + bytes;

    public override string ToString() => $"0x{Value:x}";
}
