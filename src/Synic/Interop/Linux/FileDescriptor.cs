using Microsoft.Win32.SafeHandles;

namespace Synic.Interop.Linux;

/// <summary>A Linux file descriptor that is closed once, after the last call that uses it.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    /// <param name="fd">As a C call returned it: an int, -1 for none.</param>
    internal FileDescriptor(int fd)
        : base(ownsHandle: true) => SetHandle(fd);

    protected override bool ReleaseHandle() => LibC.close(handle) == 0;
}
