using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Synic.History;

/// <summary>What may be said of a payload to somebody who may not read it.</summary>
public static class Payloads
{
    // Of this process alone: equal payloads are seen to be equal, but a hash cannot be looked up in a table of guesses.
    private static readonly ulong s_first = RandomWord();
    private static readonly ulong s_second = RandomWord() | 1;

    /// <summary>Tells equal payloads from different ones during one run of the program; never 0.</summary>
    public static ulong Hash(ReadOnlySpan<byte> payload)
    {
        var hash = s_first ^ (ulong)payload.Length;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(payload))
        {
            hash = Fold(hash ^ word);
        }

        Span<byte> rest = stackalloc byte[sizeof(ulong)];
        rest.Clear();
        payload[(payload.Length & ~7)..].CopyTo(rest);
        hash = Fold(Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(rest)) ^ s_first);
        return hash == 0 ? 1 : hash;
    }

    internal static uint FirstWord(ReadOnlySpan<byte> payload) =>
        payload.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(payload) : 0;

    private static ulong Fold(ulong value) => Math.BigMul(value, s_second, out var low) ^ low;

    private static ulong RandomWord() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}
