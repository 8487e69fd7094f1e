using System.Buffers.Binary;
using System.Text;

namespace Synic.Guests.Devices;

/// <summary>Emits the few AML terms that a small DSDT needs (ACPI 6.5, 20.2).</summary>
internal sealed class AmlWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    /// <param name="path">Four characters, with a leading backslash for the root.</param>
    /// <param name="body">What is in it.</param>
    public AmlWriter Scope(string path, Action<AmlWriter> body) => Block([0x10], path, body);

    public AmlWriter Device(string name, Action<AmlWriter> body) => Block([0x5B, 0x82], name, body);

    public AmlWriter Name(string path, uint value) => Begin(path).Integer(value);

    public AmlWriter Name(string path, string value)
    {
        Begin(path);
        Write(0x0D);
        _bytes.AddRange(Encoding.ASCII.GetBytes(value));
        Write(0);
        return this;
    }

    /// <summary>A buffer, such as a resource template.</summary>
    public AmlWriter Name(string path, ReadOnlySpan<byte> buffer)
    {
        var inner = new AmlWriter().Integer((uint)buffer.Length);
        inner._bytes.AddRange(buffer);
        Begin(path);
        Write(0x11);
        Package(inner.ToArray());
        return this;
    }

    /// <summary>A package of small integers.</summary>
    public AmlWriter NamePackage(string path, params ReadOnlySpan<byte> values)
    {
        var inner = new AmlWriter();
        inner.Write((byte)values.Length);
        foreach (var value in values)
        {
            inner.Integer(value);
        }

        Begin(path);
        Write(0x12);
        Package(inner.ToArray());
        return this;
    }

    /// <summary>"PNP0501" as the number that _HID carries.</summary>
    public static uint EisaId(string id)
    {
        var number = Convert.ToUInt16(id[3..], 16);
        var letters = ((id[0] - '@') << 10) | ((id[1] - '@') << 5) | (id[2] - '@');
        return BinaryPrimitives.ReverseEndianness(((uint)letters << 16) | number);
    }

    private AmlWriter Block(ReadOnlySpan<byte> op, string path, Action<AmlWriter> body)
    {
        var inner = new AmlWriter();
        inner.Path(path);
        body(inner);
        _bytes.AddRange(op);
        Package(inner.ToArray());
        return this;
    }

    private AmlWriter Begin(string path)
    {
        Write(0x08);
        Path(path);
        return this;
    }

    private void Path(string path) => _bytes.AddRange(Encoding.ASCII.GetBytes(path));

    private AmlWriter Integer(uint value)
    {
        switch (value)
        {
            case 0 or 1:
                Write((byte)value);
                break;
            case <= byte.MaxValue:
                Write(0x0A);
                Write((byte)value);
                break;
            default:
                Write(0x0C);
                Span<byte> bytes = stackalloc byte[sizeof(uint)];
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
                _bytes.AddRange(bytes);
                break;
        }

        return this;
    }

    // PkgLength counts itself: one byte up to 63, otherwise four bits and one more byte (up to 4095).
    private void Package(byte[] body)
    {
        var length = body.Length + 1;
        if (length <= 63)
        {
            Write((byte)length);
        }
        else
        {
            length++;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 4095, nameof(body));
            Write((byte)(0x40 | (length & 0x0F)));
            Write((byte)(length >> 4));
        }

        _bytes.AddRange(body);
    }

    private void Write(byte value) => _bytes.Add(value);
}
