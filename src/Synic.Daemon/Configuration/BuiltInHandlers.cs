namespace Synic.Daemon.Configuration;

/// <summary>The handlers that a port can be made with, by the names that users write.</summary>
internal static class BuiltInHandlers
{
    public const string Echo = "echo";
    public const string Sink = "sink";
    public const string Counter = "counter";
    public const string Full = "full";

    public static IReadOnlyList<string> Names { get; } = [Echo, Sink, Counter, Full];

    public static bool IsEvent(string handler) => handler == Counter;
}
