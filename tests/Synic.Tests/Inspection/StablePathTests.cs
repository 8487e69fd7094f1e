using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Synic.Inspection;

namespace Synic.Tests.Inspection;

/// <summary>
/// Holds the paths that are a contract against golden files, in each format. To accept a change: run with
/// SYNIC_ACCEPT_GOLDEN=1, see Golden/README.md.
/// </summary>
public sealed partial class StablePathTests
{
    private const string Accept = "SYNIC_ACCEPT_GOLDEN";

    [Theory]
    [InlineData("synic_ports", "typed")]
    [InlineData("synic_ports", "plain")]
    [InlineData("synic_ports", "text")]
    [InlineData("synic_ports", "openvmm")]
    [InlineData("monitor_pages", "typed")]
    [InlineData("monitor_pages", "plain")]
    [InlineData("monitor_pages", "text")]
    [InlineData("vps/0/vtl0/synic", "typed")]
    [InlineData("vps/0/vtl0/synic", "plain")]
    [InlineData("vps/0/vtl0/synic", "text")]
    public async Task StablePath_InEachFormat_IsAsPromised(string path, string format)
    {
        using var tree = new StableTree();
        var result = await Inspector.InspectAsync(
            tree, new InspectRequest { Path = InspectPath.Parse(path), Depth = 8, OpenVmmKeys = format == "openvmm" },
            TestContext.Current.CancellationToken);

        Check($"{path.Replace('/', '.')}.{(format == "text" ? "txt" : $"{format}.json")}", Write(result, format));
    }

    [Fact]
    public async Task SynicPorts_WithOpenVmmKeys_HaveItsShape()
    {
        using var tree = new StableTree();
        var result = await Inspector.InspectAsync(
            tree, new InspectRequest { Path = InspectPath.Parse("synic_ports"), Depth = 8, OpenVmmKeys = true },
            TestContext.Current.CancellationToken);

        using var json = JsonDocument.Parse(Write(result, "openvmm"));
        var ports = json.RootElement.GetProperty("ports");
        Assert.Equal(["1", "10", "8193", "69632"], ports.EnumerateObject().Select(static p => p.Name));
        Assert.Equal(2, ports.GetProperty("10").GetProperty("minimum_vtl").GetByte());
        Assert.Equal("""{"message":{}}""", Compact(ports.GetProperty("10").GetProperty("port_type")));
        Assert.Equal("""{"event":{}}""", Compact(ports.GetProperty("8193").GetProperty("port_type")));
    }

    [Fact]
    public async Task ProcessorSynic_HasTheFieldsOfOpenVmm()
    {
        using var tree = new StableTree();
        var result = await Inspector.InspectAsync(
            tree, new InspectRequest { Path = InspectPath.Parse("vps/0/vtl0/synic"), Depth = 8 }, TestContext.Current.CancellationToken);

        using var json = JsonDocument.Parse(Write(result, "plain"));
        string[] fields = ["pending_sints", "ready_sints", "scontrol", "siefp", "simp", "simp_page", "sint", "timers"];
        Assert.All(fields, field => Assert.True(json.RootElement.TryGetProperty(field, out _), field));
        Assert.Equal(16, json.RootElement.GetProperty("sint").EnumerateObject().Count());
        Assert.Equal("\"0x10000\"", json.RootElement.GetProperty("sint").GetProperty("0").GetRawText());
        Assert.Equal("""{"mapped":{}}""", Compact(json.RootElement.GetProperty("simp_page")));
    }

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);

    private static string Write(InspectResult result, string format)
    {
        if (format == "text")
        {
            var text = new StringWriter();
            InspectText.Write(text, result.Node, result.Path);
            return Stable(text.ToString());
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, InspectJson.WriterOptions with { Indented = true, NewLine = "\n" }))
        {
            if (format == "typed")
            {
                InspectJson.WriteTyped(writer, result.Node);
            }
            else
            {
                InspectJson.WritePlain(writer, result.Node);
            }
        }

        return Stable(Encoding.UTF8.GetString(stream.ToArray()) + "\n");
    }

    // A registration's generation is the next number of the whole process, whatever ran before.
    private static string Stable(string text) => Generation().Replace(text, "${before}1");

    private static void Check(string name, string actual, [CallerFilePath] string source = "")
    {
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(source)!, "Golden", name), actual);
            return;
        }

        var path = Path.Combine(AppContext.BaseDirectory, "Inspection", "Golden", name);
        var expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        var (promised, now) = expected.Split('\n').Zip(actual.Split('\n')).FirstOrDefault(static l => l.First != l.Second);
        Assert.True(
            expected == actual,
            $"{name} differs, first in the line '{promised}' which now is '{now}'. If that is meant, run this test with {Accept}=1 and look at the changed file.");
    }

    [GeneratedRegex("""(?<before>"name": "generation",\s*"node": \{\s*"kind": "i64",\s*"value": |"generation": |/generation: )\d+""")]
    private static partial Regex Generation();
}
