using System.Text;
using Synic.Memory;

namespace Synic.Guests.Loaders;

/// <summary>Puts a command line where the guest finds it.</summary>
internal static class LoaderText
{
    /// <param name="memory">Guest memory.</param>
    /// <param name="file">The guest's, for the complaint.</param>
    /// <param name="maxBytes">With the zero at its end.</param>
    /// <param name="text">Printed by nobody but the guest.</param>
    public static void WriteCommandLine(IGuestMemory memory, GuestImageFile file, int maxBytes, string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw file.Broken("its command line contains a zero byte");
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length >= maxBytes)
        {
            throw file.Broken($"its command line has {bytes.Length} bytes; {maxBytes - 1} is the limit");
        }

        memory.TryWrite(LoaderLayout.CommandLine, [.. bytes, 0]);
    }
}
