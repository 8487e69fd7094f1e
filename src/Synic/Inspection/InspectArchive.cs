using System.Collections.Immutable;
using System.IO.Compression;

namespace Synic.Inspection;

/// <summary>A tree put away: small, until somebody opens it again. Nothing in it can be changed any more.</summary>
public sealed class InspectArchive
{
    /// <summary>What is deeper is left out.</summary>
    public const int MaxDepth = 512;

    private readonly byte[] _packed;

    private InspectArchive(byte[] packed, long nodes, IReadOnlyList<InspectIncomplete> cuts)
    {
        _packed = packed;
        Nodes = nodes;
        Cuts = cuts;
    }

    /// <summary>Fields, directories and all else.</summary>
    public long Nodes { get; }

    /// <summary>That it occupies.</summary>
    public int Bytes => _packed.Length;

    /// <summary>What the tree did not have, or this did not take: <c>paged</c> or <c>depth</c>.</summary>
    public IReadOnlyList<InspectIncomplete> Cuts { get; }

    public static InspectArchive Of(InspectNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        using var packed = new MemoryStream();
        InspectPacker packer;
        using (var compression = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var buffer = new BufferedStream(compression, 1 << 16))
        using (var writer = new BinaryWriter(buffer))
        {
            packer = new InspectPacker(writer);
            packer.Pack(node);
        }

        return new InspectArchive(packed.ToArray(), packer.Nodes, packer.Cuts);
    }

    /// <summary>The tree as it was put in.</summary>
    public InspectNode Open()
    {
        using var compression = new DeflateStream(new MemoryStream(_packed), CompressionMode.Decompress);
        using var buffer = new BufferedStream(compression, 1 << 16);
        using var reader = new BinaryReader(buffer);
        return new Unpacker(reader).Unpack();
    }

    private sealed class Unpacker(BinaryReader reader)
    {
        private readonly List<string> _strings = [];
        private readonly List<InspectTraits> _traits = [];

        public InspectNode Unpack() => (PackedNode)reader.ReadByte() switch
        {
            PackedNode.Value => Value(),
            PackedNode.Directory => Directory(),
            PackedNode.Failure => new InspectFailure(String()!, String()!),
            _ => InspectUnevaluated.Because((InspectCut)reader.ReadByte()),
        };

        private InspectValue Value()
        {
            var traits = Traits();
            var kind = (InspectKind)reader.ReadByte();
            return new InspectValue(kind switch
            {
                InspectKind.None => default,
                InspectKind.Text => String(),
                InspectKind.Bytes => (ReadOnlySpan<byte>)reader.ReadBytes(reader.Read7BitEncodedInt()),
                InspectKind.U64 => unchecked((ulong)reader.Read7BitEncodedInt64()),
                InspectKind.I64 => reader.Read7BitEncodedInt64(),
                InspectKind.F64 => BitConverter.Int64BitsToDouble(reader.Read7BitEncodedInt64()),
                InspectKind.Bool => reader.Read7BitEncodedInt64() != 0,
                InspectKind.Time => new DateTimeOffset(reader.Read7BitEncodedInt64(), TimeSpan.Zero),
                _ => (InspectScalar)new TimeSpan(reader.Read7BitEncodedInt64()),
            }, traits);
        }

        private InspectDirectory Directory()
        {
            var hidden = reader.Read7BitEncodedInt();
            var (total, generation, next) = (Number(), Number(), String());
            var children = ImmutableArray.CreateBuilder<InspectChild>(reader.Read7BitEncodedInt());
            for (var i = 0; i < children.Capacity; i++)
            {
                children.Add(new InspectChild(String()!, Unpack()));
            }

            return new InspectDirectory(children.MoveToImmutable())
            {
                Hidden = hidden, Total = total, Generation = generation, NextAfter = next,
            };
        }

        private long? Number() => reader.ReadBoolean() ? reader.Read7BitEncodedInt64() : null;

        private string? String()
        {
            var index = reader.Read7BitEncodedInt();
            if (index == InspectPacker.New)
            {
                _strings.Add(string.Create(reader.Read7BitEncodedInt(), reader, static (text, from) =>
                {
                    foreach (ref var unit in text)
                    {
                        unit = (char)from.ReadUInt16(); // a name may be no valid UTF-16
                    }
                }));
                return _strings[^1];
            }

            return index == InspectPacker.Null ? null : _strings[index - InspectPacker.First];
        }

        private InspectTraits Traits()
        {
            var index = reader.Read7BitEncodedInt();
            if (index == InspectPacker.New)
            {
                _traits.Add(new InspectTraits
                {
                    Format = (InspectFormat)reader.ReadByte(),
                    Sensitivity = (InspectSensitivity)reader.ReadSByte(),
                    Counter = reader.ReadBoolean(),
                    Approximate = reader.ReadBoolean(),
                    Unit = String(),
                    NotKnown = String(),
                    Range = String(),
                    Effect = String(),
                });
                return _traits[^1];
            }

            return _traits[index - InspectPacker.First];
        }
    }
}
