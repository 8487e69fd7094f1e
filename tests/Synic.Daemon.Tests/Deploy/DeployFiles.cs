using System.Text.Json.Nodes;
using System.Xml.Linq;
using YamlDotNet.RepresentationModel;

namespace Synic.Daemon.Tests.Deploy;

/// <summary>Finds and reads what <c>deploy/</c> ships, and what of the repository it has to agree with.</summary>
internal static class DeployFiles
{
    /// <summary>Where every deployment keeps the configuration.</summary>
    public const string InstalledConfiguration = "/etc/synic/synic.json";

    public static string Root { get; } = FindRoot();

    /// <summary>The address that the example configuration makes the daemon listen on.</summary>
    public static Uri ListenAddress { get; } = new((string)Json("deploy/synic.json")["Urls"]!);

    /// <summary>The version in <c>net10.0</c>: 10.0.</summary>
    public static string FrameworkVersion { get; } =
        XDocument.Parse(Text("Directory.Build.props")).Descendants("TargetFramework").Single().Value["net".Length..];

    public static string AssemblyName { get; } =
        XDocument.Parse(Text("src/Synic.Daemon/Synic.Daemon.csproj")).Descendants("AssemblyName").Single().Value;

    public static string FullPath(string path) => Path.Combine(Root, path);

    public static string Text(string path) => File.ReadAllText(FullPath(path));

    public static JsonNode Json(string path) => JsonNode.Parse(Text(path))!;

    public static YamlNode Yaml(string path)
    {
        var stream = new YamlStream();
        using var text = new StringReader(Text(path));
        stream.Load(text);
        return Assert.Single(stream.Documents).RootNode;
    }

    public static IEnumerable<YamlNode> Items(this YamlNode list) => ((YamlSequenceNode)list).Children;

    public static bool Has(this YamlNode map, string key) => ((YamlMappingNode)map).Children.ContainsKey(key);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Synic.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder;
    }
}
