using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Synic.Interop;

/// <summary>Arrays of small structs that do not move, and whose elements do not straddle a boundary.</summary>
internal static unsafe class AlignedArray
{
    // Arrays of one size that lie in a row go through all offsets that eight bytes allow.
    private const int Attempts = 8;

    /// <summary>
    /// An array whose first element lies at a multiple of the alignment; where the heap gives none, any array, which is
    /// as correct and slower.
    /// </summary>
    public static T[] Allocate<T>(int length, int alignment)
    {
        var array = GC.AllocateArray<T>(length, pinned: true);
        for (var attempt = 1; attempt < Attempts && Offset(array, alignment) != 0; attempt++)
        {
            array = GC.AllocateArray<T>(length, pinned: true);
        }

        return array;
    }

    /// <summary>How far behind a multiple of the alignment the first element lies.</summary>
    public static int Offset<T>(T[] array, int alignment)
    {
        // SAFETY: only the address is looked at.
        return (int)((nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array)) & (nuint)(alignment - 1));
    }

    /// <summary>An element of an array that is known to be long enough.</summary>
    /// <param name="array">Of more than <paramref name="mask"/> elements.</param>
    /// <param name="index">What lies above the mask is dropped.</param>
    /// <param name="mask">A constant.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T At<T>(T[] array, uint index, uint mask)
    {
        // SAFETY: the caller vouches for the length, so index & mask lies inside.
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), index & mask);
    }
}
