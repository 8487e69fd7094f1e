using System.Text;
using System.Text.Json;
using Synic.Inspection;

namespace Synic.Tests.Inspection;

/// <summary>A tree made of one function, and the ways to ask it.</summary>
internal sealed class TestTree(Action<InspectResponse> inspect) : IInspectable
{
    public void Inspect(InspectResponse node) => inspect(node);

    public Task<InspectResult> Ask(string path = "", int depth = 8) => Ask(new InspectRequest { Path = InspectPath.Parse(path), Depth = depth });

    public Task<InspectResult> Ask(InspectRequest request) =>
        Inspector.InspectAsync(this, request, TestContext.Current.CancellationToken);

    /// <summary>The lines of the text format, joined by a space.</summary>
    public async Task<string> Lines(string path = "", int depth = 8) => Lines((await Ask(path, depth)).Node);

    public static string Lines(InspectNode node)
    {
        var writer = new StringWriter();
        InspectText.Write(writer, node, InspectPath.Root);
        return writer.ToString().TrimEnd('\n').Replace("\n", " | ", StringComparison.Ordinal);
    }

    public static string Typed(InspectNode node) => Json(writer => InspectJson.WriteTyped(writer, node));

    public static string Plain(InspectNode node) => Json(writer => InspectJson.WritePlain(writer, node));

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, InspectJson.WriterOptions))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
