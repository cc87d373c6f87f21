using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>Reads and authenticates all that a store consists of, one part at a time.</summary>
internal sealed class StoreVerifier(StoreFolder folder, StoreKeys keys, AuditTrail trail)
{
    internal List<StoreFinding> VerifySettings()
    {
        try
        {
            return StoreSettings.Read(folder.Settings).IsAuthentic(keys)
                ? []
                : [StoreFindings.From("SettingsAltered", StoreErrors.SettingsAltered(folder.Settings))];
        }
        catch (MeshException exception)
        {
            return [StoreFindings.From("SettingsAltered", exception)];
        }
    }

    /// <summary>Decrypts every block of the directory, and every payload that it names.</summary>
    internal List<StoreFinding> VerifySegment(SegmentFile segment, CancellationToken cancellationToken)
    {
        List<StoreFinding> findings = [];
        TextPool pool = new();
        byte[] plain = [];
        for (int block = 0; block < segment.Footer.Blocks.Length; block++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                int length = segment.ReadBlock(block, ref plain);
                VerifyEntries(segment, plain.AsSpan(0, length), pool, findings);
            }
            catch (MeshException exception)
            {
                findings.Add(StoreFindings.From("RecordAltered", exception));
            }
        }

        return findings;
    }

    /// <summary>Follows the trail's chain from its first line, and compares it with what the segments say of it.</summary>
    /// <param name="segments">All segments that could be opened, oldest first.</param>
    /// <param name="lengthBefore">The trail's length before they were.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    internal List<StoreFinding> VerifyTrail(IReadOnlyList<SegmentFile> segments, long lengthBefore, CancellationToken cancellationToken)
    {
        List<StoreFinding> findings = [];
        Dictionary<long, byte[]> anchors = segments.Select(segment => segment.Footer.Audit).DistinctBy(audit => audit.Sequence)
            .ToDictionary(audit => audit.Sequence, audit => audit.Code);
        long end = segments[^1].Footer.Audit.Length;
        long length = trail.Length;
        long lines = length == 0 ? 0 : FollowChain(Math.Min(length, end), anchors, findings, cancellationToken);
        if (length >= end && lines != segments[^1].Footer.Audit.Sequence)
        {
            findings.Add(StoreFindings.From("AuditAltered", StoreErrors.AuditLineAltered(trail.Path, lines + 1)));
        }

        if (lengthBefore > end)
        {
            findings.Add(StoreFindings.From("RecordRolledBack", StoreErrors.TrailAhead(trail.Path)));
        }
        else if (length < AuditTrail.ShortestLength(segments))
        {
            findings.Add(StoreFindings.From("AuditTruncated", StoreErrors.AuditLengthWrong(trail.Path, length, end)));
        }
        else if (length < end)
        {
            findings.Add(StoreFindings.AuditIncomplete(trail.Path));
        }

        return findings;
    }

    private static void VerifyEntries(SegmentFile segment, ReadOnlySpan<byte> block, TextPool pool, List<StoreFinding> findings)
    {
        RecordReader reader = new(block);
        while (reader.Remaining > 0)
        {
            EntryView entry = new(reader.Bytes(reader.Count()));
            if (entry.Operation == EntryOperation.Put && entry.ReadId(pool) is { } id)
            {
                VerifyPayload(segment, entry, id, pool, findings);
            }
        }
    }

    private static void VerifyPayload(SegmentFile segment, EntryView entry, SecretId id, TextPool pool, List<StoreFinding> findings)
    {
        try
        {
            using SecretData data = segment.ReadData(entry, id);
            if (!data.Keys.SequenceEqual(EntryCodec.ReadMetadata(entry, id, pool).DataKeys))
            {
                throw StoreErrors.RecordAltered(id, entry.Version, segment.Path);
            }
        }
        catch (MeshException exception)
        {
            findings.Add(StoreFindings.From("RecordAltered", exception));
        }
    }

    /// <returns>The number of lines.</returns>
    private long FollowChain(long length, Dictionary<long, byte[]> anchors, List<StoreFinding> findings, CancellationToken cancellationToken)
    {
        using AuditLineReader lines = new(trail.Path, length);
        byte[] previous = AuditAnchor.Start.Code;
        long number = 1;
        for (; lines.Read() is { } line; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            byte[]? code = AuditLine.StatedCode(line.Span);
            bool authentic = code is not null
                && AuditLine.IsAuthentic(line.Span, code, previous, keys.Audit)
                && (!anchors.TryGetValue(number, out byte[]? anchor) || anchor.AsSpan().SequenceEqual(code));
            if (!authentic)
            {
                findings.Add(StoreFindings.From("AuditAltered", StoreErrors.AuditLineAltered(trail.Path, number)));
            }

            // What a line says of itself goes on, so that one altered line is not every line after it.
            previous = code ?? previous;
        }

        return number - 1;
    }
}
