using System.CommandLine;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary>A filter on the command line: the words as they are, for the daemon to understand.</summary>
internal static class FilterText
{
    public static Argument<string[]> Argument(string keys) => new("filter")
    {
        Description = $"key:value terms, all of which have to match; a,b is either, -key: is not, * any text, >10 and 1..5 ranges. Keys: {keys}",
        HelpName = "filter",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <returns>Null when there is none.</returns>
    public static string? Of(string[]? words) => words is { Length: > 0 } ? string.Join(' ', words) : null;

    /// <summary>A mistake that the daemon found, with a mark under its place.</summary>
    public static int Explain(CliConsole console, string filter, SynicProblemException problem)
    {
        const string Indent = "  ";
        console.Error.WriteLine($"synicd: {problem.Code}: {SafeText.Of(problem.Message)}");
        if (problem.Position is { } place and > 0 && place - 1 is var position && position <= filter.Length)
        {
            // What stands before the place may be longer when it is made safe to print.
            console.Error.WriteLine(Indent + SafeText.Of(filter));
            console.Error.WriteLine(
                Indent + new string(' ', SafeText.Of(filter[..position]).Length) + "^"
                + (problem.Suggestion is { } meant ? $" did you mean {SafeText.Of(meant)}?" : ""));
        }

        return ExitCode.Refused;
    }

    public static bool IsMistake(SynicProblemException problem) => problem.Code == "invalid_filter";
}
