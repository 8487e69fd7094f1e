using Synic.Daemon.Experiments;
using Synic.Daemon.Experiments.Reading;
using Synic.Daemon.Tests.Cli;
using Synic.Daemon.Tests.Deploy;

namespace Synic.Daemon.Tests.Experiments;

/// <summary>An experiment in a folder of its own, with places for its reports.</summary>
internal sealed class ExperimentFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("synic-");

    public ExperimentFile(string text)
    {
        Path = Beside("experiment.json");
        File.WriteAllText(Path, text);
    }

    public string Path { get; }

    public string Report => Beside("report.json");

    public string JUnit => Beside("junit.xml");

    public static string Shipped(string name) => DeployFiles.FullPath($"docs/experiments/{name}.json");

    public string Beside(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>Without a KVM, so that it runs alike everywhere.</summary>
    public Task<CliRun> RunAsync(params string[] options) =>
        CliRun.InvokeAsync(["experiment", "run", Path, "--backend", "emulated", "--report", Report, "--junit", JUnit, .. options]);

    public Experiment? Read(out IReadOnlyList<string> mistakes, ExperimentOverrides? overrides = null)
    {
        var found = new Mistakes();
        var experiment = ExperimentReader.Read(Path, overrides ?? new ExperimentOverrides(), found);
        mistakes = found.All;
        return experiment;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
