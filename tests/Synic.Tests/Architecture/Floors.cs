using System.Text.RegularExpressions;

namespace Synic.Tests.Architecture;

/// <summary>The floors of the house and the rules about them, applied to the text of one source file.</summary>
internal static partial class Floors
{
    // Every arrow points to a smaller number. Equal numbers do not use each other.
    private static readonly Dictionary<string, int> s_floors = new()
    {
        ["Synic.Hv"] = 0,
        ["Synic.Inspection"] = 0,
        ["Synic.Contracts"] = 0,
        ["Synic.Diagnostics"] = 10,
        ["Synic.Interop"] = 10,
        ["Synic.History"] = 12,
        ["Synic.Memory"] = 15,
        ["Synic.Monitors"] = 20,
        ["Synic.Ports"] = 25,
        ["Synic.Emulation"] = 30,
        ["Synic.Hypercalls"] = 30,
        ["Synic.Faults"] = 40,
        ["Synic.Backends"] = 50,
        ["Synic.Recording"] = 55,
        ["Synic.Guests"] = 60,
        ["Synic.VmBus"] = 60,
        ["Synic.Daemon.Configuration"] = 65,
        ["Synic.Daemon.Partitions"] = 70,
        ["Synic.Dashboard"] = 75,
    };

    private static readonly string[] s_backends = ["Emulated", "Kvm", "Whp"];

    /// <summary>What is neither named above nor the daemon's own entry: the daemon's folders for its outside.</summary>
    private const int DaemonOutside = 80;

    private const int DaemonEntry = 90;

    /// <summary>What is wrong with a file, one sentence each.</summary>
    /// <param name="path">From the repository's root, with slashes.</param>
    /// <param name="source">Its text.</param>
    /// <param name="types">Types by namespace, to know <c>Ports.SynicPortMap</c> inside <c>namespace Synic.Hv</c>.</param>
    public static IEnumerable<string> Violations(string path, string source, ILookup<string, string> types)
    {
        var razor = path.EndsWith(".razor", StringComparison.Ordinal);
        var code = razor ? RazorComment().Replace(source, " ") : SourceText.CodeOf(source);
        var home = NamespaceOfFolder(path);
        var part = PartOf(home, types);
        if (FloorOf(part) is null)
        {
            yield return $"{path}: {part} has no floor; give it one";
            yield break;
        }

        foreach (var target in References(code, home, types).Select(name => PartOf(name, types)).Distinct())
        {
            if (!MayUse(part, target))
            {
                yield return $"{path}: {part} may not use {target}";
            }
        }

        if (razor)
        {
            yield break;
        }

        foreach (Match declared in NamespaceDeclaration().Matches(code))
        {
            if (declared.Groups[1].Value != home)
            {
                yield return $"{path}: namespace {declared.Groups[1].Value} is not its folder's, {home}";
            }
        }

        if (!NamespaceDeclaration().IsMatch(code) && TypeDeclaration().IsMatch(code))
        {
            yield return $"{path}: a type without a namespace";
        }

        if (!path.StartsWith("src/Synic/Interop/", StringComparison.Ordinal))
        {
            foreach (Match native in Native().Matches(code))
            {
                yield return $"{path}: '{native.Value}' belongs into src/Synic/Interop";
            }
        }
    }

    /// <summary>Types that files declare, by their folder's namespace.</summary>
    public static ILookup<string, string> DeclaredTypes(IEnumerable<(string Path, string Source)> files) => files
        .Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal))
        .SelectMany(file => TypeDeclaration().Matches(SourceText.CodeOf(file.Source))
            .Select(m => (Home: NamespaceOfFolder(file.Path), Type: m.Groups[1].Value)))
        .ToLookup(t => t.Home, t => t.Type);

    private static string NamespaceOfFolder(string path)
    {
        var folder = path[..path.LastIndexOf('/')];
        return folder.Replace("src/", "").Replace('/', '.');
    }

    private static IEnumerable<string> References(string code, string home, ILookup<string, string> types)
    {
        foreach (Match qualified in QualifiedName().Matches(NamespaceDeclaration().Replace(code, " ")))
        {
            yield return WhiteSpace().Replace(qualified.Value, "");
        }

        // Inside "namespace Synic.Hv" the compiler also takes "Ports.SynicPortMap" for Synic.Ports.SynicPortMap.
        foreach (Match partial in PartialName().Matches(code))
        {
            var name = WhiteSpace().Replace(partial.Value, "");
            var split = name.LastIndexOf('.');
            foreach (var outer in Prefixes(home))
            {
                var target = $"{outer}.{name[..split]}";
                if (types[target].Contains(name[(split + 1)..]))
                {
                    yield return target;
                    break;
                }
            }
        }
    }

    private static IEnumerable<string> Prefixes(string name)
    {
        for (var end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1))
        {
            yield return name[..end];
        }
    }

    private static bool MayUse(string home, string target)
    {
        if (home == target || FloorOf(target) is not { } floor)
        {
            return true; // no floor: a member that is called Synic, not a namespace
        }

        if (home.StartsWith("Synic.Backends", StringComparison.Ordinal) && target.StartsWith("Synic.Backends", StringComparison.Ordinal))
        {
            return home == "Synic.Backends" || target == "Synic.Backends"; // one backend does not know another
        }

        return home == "Synic.Dashboard"
            ? target == "Synic.Contracts"
            : floor < FloorOf(home) || (floor == DaemonOutside && FloorOf(home) == DaemonOutside);
    }

    /// <summary>The part of the house that a namespace or a type belongs to: Synic.Interop of Synic.Interop.Linux.LibC.</summary>
    private static string PartOf(string name, ILookup<string, string> types)
    {
        var parts = name.Split('.');
        var length = parts switch
        {
            [_, "Daemon", var inside, ..] when !types["Synic.Daemon"].Contains(inside) => 3,
            [_, "Backends", var inside, ..] when s_backends.Contains(inside) => 3,
            _ => 2,
        };
        return string.Join('.', parts.Take(length));
    }

    private static int? FloorOf(string part) =>
        s_floors.TryGetValue(part, out var floor) ? floor
        : part == "Synic.Daemon" ? DaemonEntry
        : part.StartsWith("Synic.Daemon.", StringComparison.Ordinal) ? DaemonOutside
        : part.StartsWith("Synic.Backends.", StringComparison.Ordinal) ? s_floors["Synic.Backends"]
        : null;

    [GeneratedRegex(@"\bnamespace\s+([\w.]+)")]
    private static partial Regex NamespaceDeclaration();

    [GeneratedRegex(@"(?<![\w.])Synic\s*(?:\.\s*[A-Z]\w*)+")]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"(?<![\w.])(?!Synic\b)[A-Z]\w*\s*(?:\.\s*[A-Z]\w*){1,2}")]
    private static partial Regex PartialName();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+([A-Z]\w*)|\bdelegate\s+[\w.<>?]+\s+([A-Z]\w*)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"\b(?:unsafe|LibraryImport|DllImport|NativeLibrary|Marshal(?=\s*\.))\b")]
    private static partial Regex Native();

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline)]
    private static partial Regex RazorComment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
