using System.Buffers.Binary;
using System.Globalization;

namespace Synic.Dashboard.Model;

/// <summary>The fields of a channel message that a guest posted, for people; what its bytes do not reach is left out.</summary>
internal static class VmBusPayload
{
    /// <param name="name">As the daemon names it.</param>
    /// <param name="payload">The guest's bytes: any.</param>
    public static IReadOnlyList<(string Field, string Value)> Decode(string name, ReadOnlySpan<byte> payload)
    {
        var fields = new List<(string, string)>();
        switch (name)
        {
            case "INITIATE_CONTACT":
                if (UInt32(payload, 8) is { } version)
                {
                    fields.Add(("version", string.Create(CultureInfo.InvariantCulture, $"{version >> 16}.{version & 0xffff}")));
                }

                Number(fields, payload, 12, "target VP");
                if (UInt64(payload, 16) is { } target)
                {
                    fields.Add(("SINT", Text(target & 0xff)));
                    fields.Add(("VTL", Text((target >> 8) & 0xff)));
                    fields.Add(("features", $"0x{target >> 32:x}"));
                }

                Address(fields, payload, 24, "parent to child page");
                Address(fields, payload, 32, "child to parent page");
                break;
            case "OPENCHANNEL":
                Number(fields, payload, 8, "channel");
                Number(fields, payload, 12, "open id");
                Hex(fields, payload, 16, "ring GPADL");
                Number(fields, payload, 20, "target VP");
                Number(fields, payload, 24, "downstream page");
                break;
            case "GPADL_HEADER":
                Number(fields, payload, 8, "channel");
                Hex(fields, payload, 12, "GPADL");
                if (UInt32(payload, 16) is { } sizes)
                {
                    fields.Add(("range bytes", Text(sizes & 0xffff)));
                    fields.Add(("ranges", Text(sizes >> 16)));
                }

                Number(fields, payload, 20, "bytes of the first range");
                Number(fields, payload, 24, "its offset");
                break;
            case "GPADL_BODY":
                Number(fields, payload, 8, "message number");
                Hex(fields, payload, 12, "GPADL");
                break;
            case "GPADL_TEARDOWN":
                Number(fields, payload, 8, "channel");
                Hex(fields, payload, 12, "GPADL");
                break;
            case "CLOSECHANNEL" or "RELID_RELEASED":
                Number(fields, payload, 8, "channel");
                break;
            case "MODIFYCHANNEL":
                Number(fields, payload, 8, "channel");
                Number(fields, payload, 12, "target VP");
                break;
            case "MODIFY_CONNECTION":
                Address(fields, payload, 8, "parent to child page");
                Address(fields, payload, 16, "child to parent page");
                break;
        }

        return fields;
    }

    /// <summary>Offset, bytes and letters, 16 bytes a line.</summary>
    public static string Dump(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder();
        for (var at = 0; at < bytes.Length; at += 16)
        {
            var line = bytes[at..Math.Min(at + 16, bytes.Length)];
            text.Append(CultureInfo.InvariantCulture, $"{at:x4}  {string.Join(' ', Convert.ToHexStringLower(line).Chunk(2).Select(static c => new string(c))),-47}  ");
            foreach (var b in line)
            {
                text.Append(b is >= 0x20 and < 0x7f ? (char)b : '.');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static uint? UInt32(ReadOnlySpan<byte> payload, int offset) =>
        payload.Length >= offset + 4 ? BinaryPrimitives.ReadUInt32LittleEndian(payload[offset..]) : null;

    private static ulong? UInt64(ReadOnlySpan<byte> payload, int offset) =>
        payload.Length >= offset + 8 ? BinaryPrimitives.ReadUInt64LittleEndian(payload[offset..]) : null;

    private static void Number(List<(string, string)> fields, ReadOnlySpan<byte> payload, int offset, string name)
    {
        if (UInt32(payload, offset) is { } value)
        {
            fields.Add((name, Text(value)));
        }
    }

    private static void Hex(List<(string, string)> fields, ReadOnlySpan<byte> payload, int offset, string name)
    {
        if (UInt32(payload, offset) is { } value)
        {
            fields.Add((name, $"0x{value:x}"));
        }
    }

    private static void Address(List<(string, string)> fields, ReadOnlySpan<byte> payload, int offset, string name)
    {
        if (UInt64(payload, offset) is { } value)
        {
            fields.Add((name, $"0x{value:x}"));
        }
    }

    private static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
