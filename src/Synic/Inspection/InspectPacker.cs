namespace Synic.Inspection;

internal enum PackedNode : byte
{
    Value,
    Directory,
    Failure,
    Unevaluated,
}

/// <summary>Writes a tree as bytes: texts and traits once, then by their number.</summary>
internal sealed class InspectPacker(BinaryWriter writer)
{
    /// <summary>Instead of a number: there is none.</summary>
    public const int Null = 0;

    /// <summary>Instead of a number: it follows, and has the next number.</summary>
    public const int New = 1;

    public const int First = 2;

    private readonly Dictionary<string, int> _strings = [];
    private readonly Dictionary<InspectTraits, int> _traits = [];
    private readonly List<InspectIncomplete> _cuts = [];
    private readonly List<string> _path = [];

    public long Nodes { get; private set; }

    public IReadOnlyList<InspectIncomplete> Cuts => _cuts;

    public void Pack(InspectNode node)
    {
        Nodes++;
        switch (node)
        {
            case InspectValue value:
                writer.Write((byte)PackedNode.Value);
                Traits(value.Traits);
                Scalar(value.Value);
                break;
            case InspectDirectory when _path.Count == InspectArchive.MaxDepth:
                Unevaluated(InspectCut.Depth);
                break;
            case InspectDirectory directory:
                writer.Write((byte)PackedNode.Directory);
                Directory(directory);
                break;
            case InspectFailure failure:
                writer.Write((byte)PackedNode.Failure);
                String(failure.Code);
                String(failure.Message);
                break;
            case InspectUnevaluated unevaluated:
                Unevaluated(unevaluated.Reason);
                break;
        }
    }

    private void Unevaluated(InspectCut reason)
    {
        writer.Write((byte)PackedNode.Unevaluated);
        writer.Write((byte)reason);
        if (reason is InspectCut.Depth or InspectCut.Paged)
        {
            Cut(InspectNames.Of(reason));
        }
    }

    private void Cut(string reason) => _cuts.Add(new InspectIncomplete(string.Join('/', _path), reason));

    private void Directory(InspectDirectory directory)
    {
        writer.Write7BitEncodedInt(directory.Hidden);
        Number(directory.Total);
        Number(directory.Generation);
        String(directory.NextAfter);
        if (directory.NextAfter is not null)
        {
            Cut(InspectNames.Of(InspectCut.Paged));
        }

        writer.Write7BitEncodedInt(directory.Children.Length);
        foreach (var (name, child) in directory.Children)
        {
            String(name);
            _path.Add(name);
            Pack(child);
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void Scalar(InspectScalar value)
    {
        writer.Write((byte)value.Kind);
        switch (value.Kind)
        {
            case InspectKind.None:
                break;
            case InspectKind.Text:
                String(value.AsString);
                break;
            case InspectKind.Bytes:
                writer.Write7BitEncodedInt(value.AsBytes.Length);
                writer.Write(value.AsBytes.Span);
                break;
            default:
                writer.Write7BitEncodedInt64(value.AsInt64); // the bits of whatever it is
                break;
        }
    }

    private void Number(long? value)
    {
        writer.Write(value is not null);
        if (value is { } v)
        {
            writer.Write7BitEncodedInt64(v);
        }
    }

    private void String(string? text)
    {
        if (text is null)
        {
            writer.Write7BitEncodedInt(Null);
        }
        else if (_strings.TryGetValue(text, out var index))
        {
            writer.Write7BitEncodedInt(index);
        }
        else
        {
            _strings.Add(text, First + _strings.Count);
            writer.Write7BitEncodedInt(New);
            writer.Write7BitEncodedInt(text.Length);
            foreach (var unit in text)
            {
                writer.Write((ushort)unit);
            }
        }
    }

    private void Traits(InspectTraits traits)
    {
        if (_traits.TryGetValue(traits, out var index))
        {
            writer.Write7BitEncodedInt(index);
            return;
        }

        _traits.Add(traits, First + _traits.Count);
        writer.Write7BitEncodedInt(New);
        writer.Write((byte)traits.Format);
        writer.Write((sbyte)traits.Sensitivity);
        writer.Write(traits.Counter);
        writer.Write(traits.Approximate);
        String(traits.Unit);
        String(traits.NotKnown);
        String(traits.Range);
        String(traits.Effect);
    }
}
