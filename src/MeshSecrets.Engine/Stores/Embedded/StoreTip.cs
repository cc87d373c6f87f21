namespace MeshSecrets.Stores.Embedded;

/// <summary>What the next commit follows on.</summary>
/// <param name="Commit">The newest commit's number; 0 if there is none yet.</param>
/// <param name="Link">Its link.</param>
/// <param name="Audit">Where the audit trail stands after it.</param>
internal readonly record struct StoreTip(long Commit, byte[] Link, AuditAnchor Audit)
{
    internal static StoreTip Start { get; } = new(0, new byte[SegmentFooter.LinkLength], AuditAnchor.Start);
}
