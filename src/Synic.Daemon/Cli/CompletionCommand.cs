using System.CommandLine;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd completion</c>: scripts that make a shell ask this program what may come next.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # synicd for bash: source <(synicd completion bash)
        _synicd() {
            local line="${COMP_LINE:0:COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}" one
            COMPREPLY=()
            while IFS= read -r one; do
                [[ $one == "$word"* ]] && COMPREPLY+=("$one")
            done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -o default -F _synicd synicd

        """;

    private const string Zsh = """
        #compdef synicd
        # synicd for zsh: source <(synicd completion zsh), or as _synicd in a folder of $fpath
        _synicd() {
            local line="${words[*]}" found
            line="${BUFFER[1,CURSOR]}"
            found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            [[ -n "${found[1]}" ]] && compadd -- "${found[@]}" || _files
        }
        compdef _synicd synicd

        """;

    private const string Fish = """
        # synicd for fish: synicd completion fish | source
        function __synicd
            set -l line (commandline -cp)
            set -l word (commandline -cpo)
            eval $word[1] '"[suggest:'(string length -- "$line")']"' '"$line"' 2>/dev/null
        end
        complete -c synicd -a '(__synicd)'

        """;

    public static Command Create(CliConsole console)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "prints a script with which a shell completes this program's commands, partitions and connection ids") { shell };
        command.SetAction(parsed =>
        {
            console.Out.Write(parsed.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return ExitCode.Ok;
        });
        return command;
    }
}
