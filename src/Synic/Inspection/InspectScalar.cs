namespace Synic.Inspection;

/// <summary>The kind of a value.</summary>
public enum InspectKind : byte
{
    /// <summary>There is no value.</summary>
    None,
    U64,
    I64,
    F64,
    Bool,
    Text,
    Bytes,

    /// <summary>A point in time, UTC.</summary>
    Time,
    Duration,
}

/// <summary>One exact value of a field; it is made from what the field is, by conversion.</summary>
public readonly struct InspectScalar : IEquatable<InspectScalar>
{
    private readonly long _bits;
    private readonly object? _reference;

    private InspectScalar(InspectKind kind, long bits, object? reference = null)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
    }

    public InspectKind Kind { get; }

    /// <summary>Of <see cref="InspectKind.U64"/>.</summary>
    public ulong AsUInt64 => unchecked((ulong)_bits);

    /// <summary>Of <see cref="InspectKind.I64"/>.</summary>
    public long AsInt64 => _bits;

    /// <summary>Of <see cref="InspectKind.F64"/>.</summary>
    public double AsDouble => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>Of <see cref="InspectKind.Bool"/>.</summary>
    public bool AsBool => _bits != 0;

    /// <summary>Of <see cref="InspectKind.Text"/>.</summary>
    public string AsString => _reference as string ?? "";

    /// <summary>Of <see cref="InspectKind.Bytes"/>.</summary>
    public ReadOnlyMemory<byte> AsBytes => _reference as byte[] ?? [];

    /// <summary>Of <see cref="InspectKind.Time"/>.</summary>
    public DateTimeOffset AsTime => new(_bits, TimeSpan.Zero);

    /// <summary>Of <see cref="InspectKind.Duration"/>.</summary>
    public TimeSpan AsDuration => new(_bits);

    // Each type twice: with the nullable ones alone the compiler cannot choose one for a constant.
    public static implicit operator InspectScalar(bool value) => new(InspectKind.Bool, value ? 1 : 0);

    public static implicit operator InspectScalar(bool? value) => value is { } v ? v : default(InspectScalar);

    public static implicit operator InspectScalar(byte value) => (ulong)value;

    public static implicit operator InspectScalar(byte? value) => value is { } v ? v : default(InspectScalar);

    public static implicit operator InspectScalar(ushort value) => (ulong)value;

    public static implicit operator InspectScalar(ushort? value) => value is { } v ? v : default(InspectScalar);

    public static implicit operator InspectScalar(uint value) => (ulong)value;

    public static implicit operator InspectScalar(uint? value) => value is { } v ? v : default(InspectScalar);

    public static implicit operator InspectScalar(ulong value) => new(InspectKind.U64, unchecked((long)value));

    public static implicit operator InspectScalar(ulong? value) => value is { } v ? v : default(InspectScalar);

    public static implicit operator InspectScalar(int value) => new(InspectKind.I64, value);

    public static implicit operator InspectScalar(int? value) => value is { } v ? v : default(InspectScalar);

    public static implicit operator InspectScalar(long value) => new(InspectKind.I64, value);

    public static implicit operator InspectScalar(long? value) => value is { } v ? v : default(InspectScalar);

    public static implicit operator InspectScalar(double value) => new(InspectKind.F64, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator InspectScalar(double? value) => value is { } v ? v : default(InspectScalar);

    public static implicit operator InspectScalar(string? value) =>
        value is null ? default : new(InspectKind.Text, 0, value);

    /// <summary>Copies.</summary>
    public static implicit operator InspectScalar(ReadOnlySpan<byte> value) => new(InspectKind.Bytes, 0, value.ToArray());

    public static implicit operator InspectScalar(DateTimeOffset value) => new(InspectKind.Time, value.UtcTicks);

    public static implicit operator InspectScalar(DateTimeOffset? value) => value is { } v ? v : default(InspectScalar);

    public static implicit operator InspectScalar(TimeSpan value) => new(InspectKind.Duration, value.Ticks);

    public static implicit operator InspectScalar(TimeSpan? value) => value is { } v ? v : default(InspectScalar);

    public static bool operator ==(InspectScalar left, InspectScalar right) => left.Equals(right);

    public static bool operator !=(InspectScalar left, InspectScalar right) => !left.Equals(right);

    /// <summary>The number, of the kinds that are one.</summary>
    public bool TryGetNumber(out double value)
    {
        value = Kind switch
        {
            InspectKind.U64 => AsUInt64,
            InspectKind.I64 => AsInt64,
            InspectKind.F64 => AsDouble,
            _ => double.NaN,
        };
        return Kind is InspectKind.U64 or InspectKind.I64 or InspectKind.F64;
    }

    public bool Equals(InspectScalar other) =>
        Kind == other.Kind && _bits == other._bits && Kind switch
        {
            InspectKind.Text => AsString == other.AsString,
            InspectKind.Bytes => AsBytes.Span.SequenceEqual(other.AsBytes.Span),
            _ => true,
        };

    public override bool Equals(object? obj) => obj is InspectScalar other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Kind, _bits, _reference as string);

    /// <summary>As the text format writes it without any hint.</summary>
    public override string ToString() => InspectText.Of(this, InspectFormat.Default);
}
