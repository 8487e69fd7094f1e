using System.Security.Cryptography;
using System.Text.Json;

namespace Synic.Daemon.Experiments.Reading;

/// <summary>Reads an experiment's file, or says all that is wrong with it.</summary>
internal static class ExperimentReader
{
    public const double LongestSeconds = 3600;
    private const double DefaultSeconds = 120;
    private const long MaxFile = 1 << 20;

    private static readonly JsonDocumentOptions s_json = new()
    {
        CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false, MaxDepth = 32,
    };

    /// <returns>Null: it has mistakes, which were noted.</returns>
    public static Experiment? Read(string file, ExperimentOverrides overrides, Mistakes mistakes)
    {
        if (Parse(file, mistakes) is not { } json)
        {
            return null;
        }

        var before = mistakes.Count;
        var root = new StrictObject(json, "$", mistakes);
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var partition = PartitionReader.Read(root, folder, overrides, mistakes);
        var seed = overrides.Seed ?? root.Whole("seed", ulong.MaxValue) ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        root.Value("seed"); // known, also when the command line wins
        var name = root.Text("name") ?? Path.GetFileNameWithoutExtension(file);
        var rules = RuleSetReader.Read(root, folder, name, seed, mistakes);
        var ids = rules.Select(static r => r.Id!).ToHashSet(StringComparer.Ordinal);
        var checks = new CheckReader(ids, mistakes);
        var experiment = new Experiment
        {
            Name = name,
            Description = root.Text("description"),
            File = file,
            Seed = seed,
            Deadline = overrides.Deadline is { } given ? given : root.Seconds("deadlineSeconds", 0.1, LongestSeconds) ?? TimeSpan.FromSeconds(DefaultSeconds),
            Configuration = partition.Configuration,
            Partition = partition.Name,
            Rules = rules,
            Steps = [.. root.Items("steps").Select(s => StepReader.Read(new StrictObject(s.Json, s.Path, mistakes), ids, checks))],
            Expect = checks.ReadAll(root, "expect"),
        };
        root.Value("deadlineSeconds");
        root.RefuseUnknown();
        if (root.IsObject && experiment is { Steps.Count: 0, Expect.Count: 0 } && mistakes.Count == before)
        {
            mistakes.Add("$", "checks nothing: give it steps with \"when\" or \"expect\", or \"expect\" for the end");
        }

        return mistakes.Count == before ? experiment : null;
    }

    /// <summary>A file of JSON, in which comments and commas at the end are allowed.</summary>
    public static JsonElement? Parse(string file, Mistakes mistakes)
    {
        try
        {
            if (new FileInfo(file).Length > MaxFile)
            {
                mistakes.Add("$", $"has more than {MaxFile} bytes");
                return null;
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(file), s_json);
            return JsonElement.Parse(JsonSerializer.SerializeToUtf8Bytes(document.RootElement)); // without comments, for whoever reads parts of it
        }
        catch (JsonException e)
        {
            mistakes.Add("$", e.LineNumber is { } line ? $"is no JSON in line {line + 1}: {e.Message}" : $"is no JSON: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add("$", $"cannot be read: {e.Message}");
        }

        return null;
    }
}
