using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Synic.Daemon.Cli;

/// <summary>Help, with what the exit statuses mean below it.</summary>
internal sealed class ExitCodeHelp(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => help.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        var status = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(ExitCode.Help);
        return status;
    }

    public static void AddTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new ExitCodeHelp((HelpAction)option.Action!);
    }
}
