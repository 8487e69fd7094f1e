namespace Synic.Dashboard.Model;

/// <summary>A line of a terminal.</summary>
/// <param name="Number">Never used twice: it keeps the line's identity while older ones go.</param>
/// <param name="Text">Without control characters.</param>
/// <param name="Notice">Said by the page, not by the guest.</param>
internal sealed record TerminalLine(long Number, string Text, bool Notice);
