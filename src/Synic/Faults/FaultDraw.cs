using System.Numerics;
using System.Text;

namespace Synic.Faults;

/// <summary>
/// The numbers that decisions are drawn from: a function of the rule's seed, the rule's id and the number of the
/// decision, and of nothing else. Neither other rules nor threads move them.
/// </summary>
/// <remarks>
/// <para>All arithmetic is modulo 2^64. <c>name</c> is FNV-1a (offset 0xcbf29ce484222325, prime 0x100000001b3) over the
/// id's UTF-8 bytes. <c>mix(x)</c> is the finaliser of splitmix64: <c>x ^= x >> 30; x *= 0xbf58476d1ce4e5b9;
/// x ^= x >> 27; x *= 0x94d049bb133111eb; x ^= x >> 31</c>.</para>
/// <para><c>draw(n) = mix(mix(seed) + rotl(name, 32) + n * 0x9e3779b97f4a7c15)</c>. A probability p fires when
/// <c>(draw >> 11) * 2^-53 &lt; p</c>. A second number of the same decision (jitter) is <c>mix(draw + 1)</c>.</para>
/// <para>This is a contract: recorded runs are replayed with it. A test holds values of it.</para>
/// </remarks>
internal readonly struct FaultDraw(ulong seed, string ruleId)
{
    private const ulong Golden = 0x9E37_79B9_7F4A_7C15;

    private readonly ulong _start = Mix(seed) + BitOperations.RotateLeft(HashOf(ruleId), 32);

    /// <param name="number">Of the decision, from 1.</param>
    public ulong this[long number] => Mix(_start + ((ulong)number * Golden));

    /// <summary>A number of 0 to 1, without 1.</summary>
    public static double ToUnit(ulong draw) => (draw >> 11) * (1.0 / (1UL << 53));

    /// <summary>Another number of the same decision, 0 to <paramref name="maximum"/>.</summary>
    public static long Second(ulong draw, long maximum) => (long)(Mix(draw + 1) % ((ulong)maximum + 1));

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58_476D_1CE4_E5B9;
        x = (x ^ (x >> 27)) * 0x94D0_49BB_1331_11EB;
        return x ^ (x >> 31);
    }

    private static ulong HashOf(string text)
    {
        var hash = 0xCBF2_9CE4_8422_2325;
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ value) * 0x100_0000_01B3;
        }

        return hash;
    }
}
