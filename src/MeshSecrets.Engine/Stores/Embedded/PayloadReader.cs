namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// Reads sealed payloads for copying. Those of one segment mostly lie in the order in which they are asked for, so it
/// reads ahead and saves a system call for each. Not thread-safe.
/// </summary>
internal sealed class PayloadReader
{
    private const int WindowLength = 64 * 1024;

    private readonly Dictionary<SegmentFile, Window> _windows = [];
    private byte[] _large = [];

    /// <summary>The bytes of a sealed payload, valid until the next call.</summary>
    internal ReadOnlySpan<byte> Read(SegmentFile segment, long offset, int length)
    {
        if (length > WindowLength)
        {
            _large = _large.Length < length ? new byte[length] : _large;
            segment.Read(_large.AsSpan(0, length), offset);
            return _large.AsSpan(0, length);
        }

        if (!_windows.TryGetValue(segment, out Window? window))
        {
            _windows[segment] = window = new Window();
        }

        if (offset < window.Start || offset + length > window.End)
        {
            int filled = (int)Math.Min(WindowLength, segment.Length - offset);
            segment.Read(window.Bytes.AsSpan(0, filled), offset);
            window.Start = offset;
            window.End = offset + filled;
        }

        return window.Bytes.AsSpan((int)(offset - window.Start), length);
    }

    private sealed class Window
    {
        internal long Start;
        internal long End;
        internal byte[] Bytes { get; } = new byte[WindowLength];
    }
}
