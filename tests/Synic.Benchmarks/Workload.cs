using System.Runtime.InteropServices;

namespace Synic.Benchmarks;

/// <summary>What is dispatched.</summary>
internal enum Operation
{
    Signal,
    SignalAtomic,
    CopyPost,
    UnknownId,
    VtlDenied,
}

/// <summary>The same ids, in the same random order, and the same guest bytes for every side.</summary>
internal sealed unsafe class Workload : IDisposable
{
    public const int PayloadBytes = 240;

    /// <summary>Messages lie 256 bytes apart in sixteen pages.</summary>
    public const int GuestBytes = 16 * 4096;

    private readonly byte* _guest;

    public Workload(Operation operation, int ports)
    {
        Operation = operation;
        Ports = new uint[ports];
        for (var i = 0; i < ports; i++)
        {
            // As VMBus hands them out: 0x2001 to 0x27ff, then above.
            Ports[i] = i < 2047 ? 0x2001u + (uint)i : 0x1_0000u + (uint)i;
        }

        var random = new Random(20_001);
        Order = new uint[Math.Max(4096, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)ports))];
        for (var i = 0; i < Order.Length; i++)
        {
            Order[i] = Ports[i % ports];
        }

        random.Shuffle(Order);
        if (operation == Operation.UnknownId)
        {
            // Anywhere in the 24 bits, as a guest would guess, but beside what is registered.
            var registered = new HashSet<uint>(Ports);
            for (var i = 0; i < Order.Length; i++)
            {
                do
                {
                    Order[i] = (uint)random.Next(1 << 24);
                }
                while (registered.Contains(Order[i]));
            }
        }

        _guest = (byte*)NativeMemory.AlignedAlloc(GuestBytes, 4096);
        random.NextBytes(new Span<byte>(_guest, GuestBytes));
    }

    public Operation Operation { get; }

    /// <summary>The connection ids that are registered.</summary>
    public uint[] Ports { get; }

    /// <summary>The connection ids in the order of the calls; a power of two of them.</summary>
    public uint[] Order { get; }

    public bool IsPost => Operation == Operation.CopyPost;

    public byte MinimumVtl => Operation == Operation.VtlDenied ? (byte)1 : (byte)0;

    /// <summary>Calls per measurement: each port twice, and not so few that the clock's own cost is seen.</summary>
    public int Calls => Math.Max(1 << 16, Order.Length * 2);

    public byte* Guest => _guest;

    public void Dispose() => NativeMemory.AlignedFree(_guest);
}
