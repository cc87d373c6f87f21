using MeshSecrets.Stores.Embedded;
using Microsoft.Win32.SafeHandles;

namespace MeshSecrets.Tests.Stores;

/// <summary>File operations of which one fails, and all after it, as on a disk that has become full.</summary>
internal sealed class FailingFiles : DurableFiles
{
    private const int NoSpace = 28;

    /// <summary>How many operations still succeed; negative for all.</summary>
    internal int Left { get; set; } = -1;

    /// <summary>Whether there is no room for a segment of several commits.</summary>
    internal bool FailMerges { get; set; }

    internal override FileStream Create(string path)
    {
        Count(path);
        return base.Create(path);
    }

    internal override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (Left == 0)
        {
            // What a full disk took of it.
            base.Write(file, bytes[..(bytes.Length / 2)], offset);
        }

        Count("write");
        base.Write(file, bytes, offset);
    }

    internal override void Flush(SafeFileHandle file)
    {
        Count("flush");
        base.Flush(file);
    }

    internal override void Rename(string from, string to)
    {
        Count(from);
        string[] range = Path.GetFileNameWithoutExtension(to).Split('-');
        if (FailMerges && range.Length == 2 && range[0] != range[1])
        {
            throw new IOException($"No space left on device : '{to}'", NoSpace);
        }

        base.Rename(from, to);
    }

    internal override void FlushFolder(string path)
    {
        Count(path);
        base.FlushFolder(path);
    }

    private void Count(string what)
    {
        if (Left == 0)
        {
            throw new IOException($"No space left on device : '{what}'", NoSpace);
        }

        Left--;
    }
}
