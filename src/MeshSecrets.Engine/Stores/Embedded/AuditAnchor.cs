namespace MeshSecrets.Stores.Embedded;

/// <summary>
/// Where the audit trail stands after a commit: number of lines, bytes, and the last line's code. Every segment carries
/// one, so a trail that was cut, and a segment that was taken away, are noticed by the other.
/// </summary>
internal readonly record struct AuditAnchor(long Sequence, long Length, byte[] Code)
{
    internal const int CodeLength = 32;

    internal static AuditAnchor Start { get; } = new(0, 0, new byte[CodeLength]);
}
