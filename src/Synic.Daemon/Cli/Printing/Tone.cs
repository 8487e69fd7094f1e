namespace Synic.Daemon.Cli.Printing;

/// <summary>What a colour would say; never said by colour alone.</summary>
internal enum Tone
{
    Plain,
    Strong,
    Dim,
    Good,
    Bad,
}
