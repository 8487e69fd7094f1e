using System.Text.Json;

namespace Synic.Daemon.Tests.Deploy;

/// <summary>
/// A container file taken apart just far enough to be checked. Debian has no checker for one, and the engine's own
/// needs a running engine, so the tests look at what most often breaks: stages, user, paths, port, health check.
/// </summary>
internal sealed class ContainerFile
{
    public List<Stage> Stages { get; } = [];

    public static ContainerFile Parse(string text)
    {
        var file = new ContainerFile();
        var lines = text.Split('\n').Where(line => !line.TrimStart().StartsWith('#'));
        var joined = string.Join('\n', lines).Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (var line in joined.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var instruction = new Instruction(line[..space], line[space..].Trim());
            if (instruction.Name == "FROM")
            {
                var words = instruction.Words;
                file.Stages.Add(new Stage(words[0], words is [_, "AS", var name] ? name : null, []));
            }
            else
            {
                file.Stages[^1].Instructions.Add(instruction);
            }
        }

        return file;
    }

    /// <param name="Image">What it starts from.</param>
    /// <param name="Name">What later stages call it.</param>
    /// <param name="Instructions">All but its FROM.</param>
    internal sealed record Stage(string Image, string? Name, List<Instruction> Instructions)
    {
        public IEnumerable<Instruction> All(string name) => Instructions.Where(instruction => instruction.Name == name);

        public Instruction Only(string name) => Assert.Single(All(name));
    }

    internal sealed record Instruction(string Name, string Value)
    {
        public string[] Words => Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        /// <summary>The JSON form of a command, wherever it stands in the instruction.</summary>
        public string[] Command => JsonSerializer.Deserialize<string[]>(Value[Value.IndexOf('[', StringComparison.Ordinal)..])!;
    }
}
