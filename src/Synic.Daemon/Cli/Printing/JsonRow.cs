using System.Buffers;
using System.Text.Json;

namespace Synic.Daemon.Cli.Printing;

/// <summary>A nested item as a line of its own: with the names of what it lies in before its own members.</summary>
internal static class JsonRow
{
    public static JsonElement Join(JsonElement item, params ReadOnlySpan<(string Name, JsonElement Value)> before)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in before)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }

            foreach (var member in item.EnumerateObject())
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
