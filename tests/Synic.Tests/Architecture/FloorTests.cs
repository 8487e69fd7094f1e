namespace Synic.Tests.Architecture;

/// <summary>Reads the sources: every arrow between floors points down, native code stays in one folder.</summary>
public sealed class FloorTests
{
    private static readonly List<(string Path, string Source)> s_files = ReadSources();

    private static readonly ILookup<string, string> s_types = Floors.DeclaredTypes(s_files);

    [Fact]
    public void Sources_AllFiles_KeepTheRules() =>
        Assert.Empty(s_files.SelectMany(file => Floors.Violations(file.Path, file.Source, s_types)));

    [Fact]
    public void Sources_AreFound()
    {
        Assert.Contains(s_files, file => file.Path == "src/Synic/Ports/SynicPortMap.cs");
        Assert.Contains("SynicPortMap", s_types["Synic.Ports"]);
        Assert.Contains("PortEntry", s_types["Synic.Ports"]);
    }

    [Theory]
    [InlineData("src/Synic/Hv/A.cs", "using Synic.Ports;")]
    [InlineData("src/Synic/Hv/A.cs", "global using P = Synic.Ports.SynicPortMap;")]
    [InlineData("src/Synic/Hv/A.cs", "using static Synic.Ports.SynicPortMap;")]
    [InlineData("src/Synic/Hv/A.cs", "class A { Synic.Ports.SynicPortMap _map; }")]
    [InlineData("src/Synic/Hv/A.cs", "class A { global::Synic.Ports.SynicPortMap _map; }")]
    [InlineData("src/Synic/Hv/A.cs", "class A { Synic\n  .Ports.SynicPortMap _map; }")]
    [InlineData("src/Synic/Hv/A.cs", "class A { Ports.SynicPortMap _map; }")]
    [InlineData("src/Synic/Hv/A.cs", "class A { string _s = \"\\\"\"; Synic.Ports.SynicPortMap _map; }")]
    [InlineData("src/Synic/Contracts/A.cs", "using Synic.Hv;")]
    [InlineData("src/Synic/Interop/A.cs", "using Synic.Diagnostics;")]
    [InlineData("src/Synic/Interop/Linux/A.cs", "using Synic.Memory;")]
    [InlineData("src/Synic/Monitors/A.cs", "using Synic.Ports;")]
    [InlineData("src/Synic/Ports/A.cs", "using Synic.Emulation;")]
    [InlineData("src/Synic/Emulation/A.cs", "using Synic.Hypercalls;")]
    [InlineData("src/Synic/Hypercalls/A.cs", "using Synic.Emulation;")]
    [InlineData("src/Synic/Hypercalls/A.cs", "using Synic.Faults;")]
    [InlineData("src/Synic/Faults/A.cs", "using Synic.Backends;")]
    [InlineData("src/Synic/Backends/Kvm/A.cs", "using Synic.Backends.Whp;")]
    [InlineData("src/Synic/Backends/Emulated/A.cs", "using Synic.Backends.Kvm;")]
    [InlineData("src/Synic/Backends/A.cs", "using Synic.Guests;")]
    [InlineData("src/Synic/Guests/A.cs", "using Synic.VmBus;")]
    [InlineData("src/Synic/VmBus/A.cs", "using Synic.Guests;")]
    [InlineData("src/Synic/VmBus/A.cs", "using Synic.Daemon.Partitions;")]
    [InlineData("src/Synic.Daemon/Partitions/A.cs", "using Synic.Daemon.Api;")]
    [InlineData("src/Synic.Daemon/Partitions/A.cs", "using Synic.Dashboard.Client;")]
    [InlineData("src/Synic.Daemon/Api/A.cs", "using Synic.Daemon;")]
    [InlineData("src/Synic.Dashboard/Client/A.cs", "using Synic.Hv;")]
    [InlineData("src/Synic.Dashboard/Components/A.razor", "@using Synic.Ports")]
    [InlineData("src/Synic.Dashboard/Components/A.razor", "@inject Synic.Daemon.Partitions.PartitionRegistry Registry")]
    [InlineData("src/Synic/Unheard/A.cs", "")]
    public void Violations_UpwardArrow_IsFound(string path, string body) => Assert.Single(Check(path, body));

    [Theory]
    [InlineData("src/Synic/Hypercalls/A.cs", "using Synic.Diagnostics; using Synic.Hv; using Synic.Memory; using Synic.Ports;")]
    [InlineData("src/Synic/Hypercalls/A.cs", "// using Synic.Faults;\n/* Synic.Emulation.X */ class A { string _s = \"Synic.Faults.X\"; }")]
    [InlineData("src/Synic/Hv/A.cs", "class A { string _s = @\"\"\"Synic.Ports.X\"; string _t = \"\"\"\n \"Synic.Ports.X\" unsafe\n \"\"\"; }")]
    [InlineData("src/Synic/Backends/Kvm/A.cs", "using Synic.Backends; using Synic.Emulation; using Synic.Interop.Linux;")]
    [InlineData("src/Synic/Backends/A.cs", "using Synic.Backends.Kvm; using Synic.Backends.Emulated;")]
    [InlineData("src/Synic.Daemon/Api/A.cs", "using Synic.Daemon.Partitions; using Synic.Daemon.Metrics; using Synic.Dashboard.Client;")]
    [InlineData("src/Synic.Daemon/A.cs", "using Synic.Daemon.Api; using Synic.Dashboard;")]
    [InlineData("src/Synic.Dashboard/Components/A.razor", "@using Synic.Contracts\n@using Synic.Dashboard.Client\n@* @using Synic.Ports *@")]
    [InlineData("src/Synic/Interop/A.cs", "unsafe class A;")]
    [InlineData("src/Synic/Memory/A.cs", "class A { void B() => MemoryMarshal.Cast<byte, uint>(default); }")]
    [InlineData("src/Synic/Backends/A.cs", "class A { object Synic; object B => Synic.Signal; }")]
    [InlineData("src/Synic/Memory/A.cs", "class A { object Ports; object B => Ports.Map; }")]
    public void Violations_WhatIsAllowed_IsNotFound(string path, string body) => Assert.Empty(Check(path, body));

    [Theory]
    [InlineData("src/Synic/Hv/A.cs", "unsafe class A;")]
    [InlineData("src/Synic/Backends/Kvm/A.cs", "class A { [LibraryImport(\"libc\")] static partial int close(int fd); }")]
    [InlineData("src/Synic.Daemon/Api/A.cs", "class A { [DllImport(\"libc\")] static extern int close(int fd); }")]
    [InlineData("src/Synic/Memory/A.cs", "class A { void B() => Marshal.AllocHGlobal(1); }")]
    [InlineData("src/Synic/Memory/A.cs", "class A { void B() => NativeLibrary.Load(\"x\"); }")]
    public void Violations_NativeCodeOutsideInterop_IsFound(string path, string body) => Assert.Single(Check(path, body));

    [Theory]
    [InlineData("src/Synic/Interop/Linux/A.cs", "namespace Synic.Interop; class A;")]
    [InlineData("src/Synic/Hv/A.cs", "namespace Synic.Hv.More { class A; }")]
    [InlineData("src/Synic/Hv/A.cs", "class A;")]
    public void Violations_NamespaceThatIsNotTheFolder_IsFound(string path, string source) =>
        Assert.Single(Floors.Violations(path, source, s_types));

    private static IEnumerable<string> Check(string path, string body)
    {
        var home = path[4..path.LastIndexOf('/')].Replace('/', '.');
        return Floors.Violations(path, path.EndsWith(".cs", StringComparison.Ordinal) ? $"namespace {home};\n{body}" : body, s_types);
    }

    private static List<(string Path, string Source)> ReadSources()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Synic.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
        }

        return
        [
            .. Directory.EnumerateFiles(Path.Combine(root.FullName, "src"), "*", SearchOption.AllDirectories)
                .Where(file => Path.GetExtension(file) is ".cs" or ".razor")
                .Select(file => (Path: Path.GetRelativePath(root.FullName, file).Replace('\\', '/'), File: file))
                .Where(file => !file.Path.Contains("/obj/") && !file.Path.Contains("/bin/"))
                .Select(file => (file.Path, File.ReadAllText(file.File))),
        ];
    }
}
