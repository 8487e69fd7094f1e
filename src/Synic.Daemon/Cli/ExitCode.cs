namespace Synic.Daemon.Cli;

/// <summary>What the program's exit status says; scripts rely on it.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>By the daemon, with a problem code on standard error; or it could not start.</summary>
    public const int Refused = 1;

    /// <summary>Of an experiment.</summary>
    public const int AssertionFailed = 1;

    public const int WrongUsage = 2;
    public const int NoConnection = 3;

    /// <summary>An experiment: no backend, no guest, a rule that was refused.</summary>
    public const int CouldNotRun = 3;

    /// <summary>Something was answered, but not all; or a replay differed.</summary>
    public const int Partial = 4;

    /// <summary>Only with <c>--fail-empty</c>.</summary>
    public const int Nothing = 5;

    public const int NotAllowed = 6;

    /// <summary>Ctrl+C, as shells count it.</summary>
    public const int Interrupted = 130;

    public const string Help = """
        Exit status:
          0  done
          1  refused by the daemon, or the daemon could not run; the problem's code is on standard error.
             Of an experiment: an assertion failed
          2  wrong usage, or a file that is wrong
          3  no connection to a daemon, or no answer in time. Of an experiment: it could not run
          4  partial answer, or a difference where none was expected (replay)
          5  the filter matched nothing (with --fail-empty)
          6  not allowed: the token, or a right, is missing

        """;
}
