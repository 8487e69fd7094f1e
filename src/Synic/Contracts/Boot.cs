namespace Synic.Contracts;

/// <summary>One step on a guest's way to a working VMBus, as the host can see it.</summary>
/// <param name="Name">
/// In order: <c>hypervisor_found</c> (it named itself in GUEST_OS_ID), <c>hypercall_page</c>, <c>synic_on</c>, and where
/// there is a VMBus <c>contact</c>, <c>version_agreed</c>, <c>offers_sent</c>, <c>channel_open</c>.
/// </param>
/// <param name="Reached">Now, or at some time before.</param>
/// <param name="At">When it was first seen; null when not reached.</param>
/// <param name="Detail">What is known of it: a version, a GPA, a VP.</param>
public sealed record BootStep(string Name, bool Reached, DateTimeOffset? At, string? Detail);

/// <summary>Where a guest stands.</summary>
/// <param name="Steps">All steps, in order.</param>
/// <param name="Stuck">The name of the first step that is not reached; null when all are.</param>
/// <param name="For">Seconds since the last step was reached, while one is missing.</param>
public sealed record BootProgress(IReadOnlyList<BootStep> Steps, string? Stuck, double? For)
{
    /// <summary>How often the guest rebooted; the steps are those of the last boot.</summary>
    public int Reboots { get; init; }
}

/// <summary>Some of what a guest wrote to its serial port.</summary>
/// <param name="Offset">Of the first character, counted from the partition's start, over all reboots.</param>
/// <param name="Text">Latin-1 as text; control characters as they are.</param>
/// <param name="Lost">Characters before this that nobody can have any more.</param>
public sealed record SerialChunk(long Offset, string Text, long Lost);
