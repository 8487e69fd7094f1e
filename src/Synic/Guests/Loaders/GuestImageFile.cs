using Microsoft.Win32.SafeHandles;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Guests.Loaders;

/// <summary>
/// A guest's file on the host, read by offset with every length held against the file's: never more of it is in this
/// process than a buffer.
/// </summary>
internal sealed class GuestImageFile : IDisposable
{
    private const int ChunkBytes = 1 << 16;

    private readonly SafeFileHandle _file;

    private GuestImageFile(string path, SafeFileHandle file, long length)
    {
        Path = path;
        Length = length;
        _file = file;
    }

    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    public long Length { get; }

    /// <exception cref="GuestImageException">It cannot be opened, and why.</exception>
    public static GuestImageFile Open(string path)
    {
        try
        {
            var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length > 0)
            {
                return new GuestImageFile(path, file, length);
            }

            file.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new GuestImageException(path, $"cannot be read: {e.Message}", e);
        }

        throw new GuestImageException(path, "is empty");
    }

    /// <summary>What is wrong with the file, to be thrown.</summary>
    public GuestImageException Broken(string problem) => new(Path, problem);

    /// <summary>The beginning of the file, cut to what there is.</summary>
    public byte[] ReadHead(int length)
    {
        var head = new byte[Math.Min(length, Length)];
        Read(0, head, "the beginning");
        return head;
    }

    /// <summary>Reads exactly this.</summary>
    /// <param name="offset">Any; checked.</param>
    /// <param name="destination">Filled up.</param>
    /// <param name="what">For the complaint.</param>
    public void Read(ulong offset, Span<byte> destination, string what)
    {
        Check(offset, (ulong)destination.Length, what);
        try
        {
            while (!destination.IsEmpty)
            {
                var read = RandomAccess.Read(_file, destination, (long)offset);
                if (read == 0)
                {
                    throw Broken($"became shorter while {what} was read");
                }

                destination = destination[read..];
                offset += (ulong)read;
            }
        }
        catch (IOException e)
        {
            throw new GuestImageException(Path, $"cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Copies a part of the file into guest memory, where the caller has made sure of the room.</summary>
    public void CopyTo(IGuestMemory memory, Gpa destination, ulong offset, ulong length, string what)
    {
        Check(offset, length, what);
        var buffer = new byte[Math.Min(length, ChunkBytes)];
        for (var done = 0UL; done < length;)
        {
            var chunk = buffer.AsSpan(0, (int)Math.Min((ulong)buffer.Length, length - done));
            Read(offset + done, chunk, what);
            if (!memory.TryWrite(destination + done, chunk))
            {
                throw Broken($"{what} does not fit into guest memory");
            }

            done += (ulong)chunk.Length;
        }
    }

    public void Dispose() => _file.Dispose();

    private void Check(ulong offset, ulong length, string what)
    {
        if (offset > (ulong)Length || length > (ulong)Length - offset)
        {
            throw Broken($"{what} (0x{length:x} bytes at 0x{offset:x}) reaches beyond the end of the file (0x{Length:x} bytes)");
        }
    }
}
