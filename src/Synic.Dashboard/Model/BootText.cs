using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>Where a guest stands, in words: its steps, and what to say about the one that it has not reached.</summary>
internal static class BootText
{
    /// <summary>Until then a step that is missing is just the next one.</summary>
    public const double Patience = 10;

    public static string Title(string step) => step switch
    {
        "hypervisor_found" => "Hypervisor found",
        "hypercall_page" => "Hypercall page",
        "synic_on" => "SynIC on",
        "contact" => "VMBus contact",
        "version_agreed" => "Version agreed",
        "offers_sent" => "Offers sent",
        "channel_open" => "Channel open",
        _ => Format.Words(step),
    };

    public static string Tooltip(BootStep step)
    {
        var when = step switch
        {
            { Reached: false } => "not reached",
            { At: { } at } => Format.Absolute(at),
            _ => "reached",
        };
        return step.Detail is { } detail ? $"{when}: {detail}" : when;
    }

    /// <summary>A guest that has ended is not stuck: it is not coming any more.</summary>
    public static (string Text, bool Attention) Standing(BootProgress progress, bool running)
    {
        if (progress.Stuck is not { } step)
        {
            return ("All steps reached", false);
        }

        var title = Title(step);
        return (running, progress.For) switch
        {
            (false, _) => ($"ended before {title}", true),
            (_, null or < Patience) => ($"next: {title}", false),
            (_, { } seconds) => ($"stuck at {title} for {Format.Age(TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue)))}", true),
        };
    }
}
