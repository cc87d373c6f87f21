using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using MeshSecrets.Certificates;
using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>The binary form of an entry of a directory.</summary>
internal static class EntryCodec
{
    private static readonly ImmutableSortedDictionary<string, string> s_none =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    internal static void Write(
        RecordWriter writer, CommitEntry entry, long commit, int item, DateTimeOffset time, string actor,
        long payloadOffset, int payloadLength, ReadOnlySpan<byte> payloadTag)
    {
        writer.Byte((byte)entry.Operation);
        writer.Int64(payloadOffset);
        writer.Int32(payloadLength);
        writer.Bytes(payloadTag);
        writer.Int64(commit);
        writer.Int32(item);
        writer.Int64(entry.Version);
        writer.Int64(entry.Metadata?.Certificate?.NotAfter.UtcTicks ?? long.MaxValue);
        writer.Int64(time.UtcTicks);
        writer.Text(entry.Id?.Namespace);
        writer.Text(entry.Id?.Mesh);
        writer.Text(entry.Id?.Name);
        writer.Text(actor);
        writer.Text(entry.Action);
        if (entry.Metadata is { } metadata)
        {
            WriteMetadata(writer, metadata);
        }
    }

    /// <summary>Points an entry's bytes at the place to which its payload was copied.</summary>
    internal static void SetPayloadOffset(Span<byte> entry, long offset) =>
        BinaryPrimitives.WriteInt64LittleEndian(entry[EntryView.OffsetAt..], offset);

    internal static SecretId? ReadId(ref RecordReader reader, TextPool pool)
    {
        string? ns = reader.OptionalText(pool);
        string? mesh = reader.OptionalText(pool);
        return reader.OptionalText() is { } name ? new SecretId(name, mesh, ns) : null;
    }

    internal static AuditRecord ReadAuditRecord(EntryView entry, TextPool pool)
    {
        RecordReader reader = entry.AfterPrefix;
        SecretId? id = ReadId(ref reader, pool);
        string actor = reader.Text(pool);
        return new AuditRecord(entry.Time, actor, reader.Text(pool), id, entry.Version, entry.Commit);
    }

    /// <summary>Reads the metadata of a put whose identity is known already.</summary>
    internal static SecretMetadata ReadMetadata(EntryView entry, SecretId id, TextPool pool)
    {
        RecordReader reader = entry.AfterPrefix;
        SkipText(ref reader, 5);
        DateTimeOffset createdAt = ReadTime(ref reader);
        return new SecretMetadata
        {
            Id = id,
            CreatedAt = createdAt,
            Type = reader.Text(pool),
            Labels = ReadMap(ref reader, pool),
            Annotations = ReadMap(ref reader, pool),
            DataKeys = ReadList(ref reader, pool),
            Certificate = reader.Byte() == 0 ? null : ReadCertificate(ref reader, pool),
            Version = entry.Version,
            ResourceVersion = ResourceVersion(entry.Commit, entry.Item),
            UpdatedAt = entry.Time,
        };
    }

    internal static string ResourceVersion(long commit, int item) => string.Create(CultureInfo.InvariantCulture, $"{commit}.{item}");

    private static void WriteMetadata(RecordWriter writer, SecretMetadata metadata)
    {
        writer.Int64(metadata.CreatedAt.UtcTicks);
        writer.Text(metadata.Type);
        WriteMap(writer, metadata.Labels);
        WriteMap(writer, metadata.Annotations);
        WriteList(writer, metadata.DataKeys);
        writer.Byte(metadata.Certificate is null ? (byte)0 : (byte)1);
        if (metadata.Certificate is { } certificate)
        {
            WriteCertificate(writer, certificate);
        }
    }

    private static void WriteCertificate(RecordWriter writer, CertificateSummary certificate)
    {
        writer.Text(certificate.Thumbprint);
        writer.Text(certificate.Subject);
        writer.Text(certificate.Issuer);
        writer.Text(certificate.SerialNumber);
        writer.Int64(certificate.NotBefore.UtcTicks);
        writer.Int64(certificate.NotAfter.UtcTicks);
        writer.Text(certificate.KeyAlgorithm);
        writer.Byte(certificate.IsCa ? (byte)1 : (byte)0);
        WriteList(writer, certificate.DnsNames);
        WriteList(writer, certificate.Uris);
        WriteList(writer, certificate.IpAddresses);
        WriteList(writer, certificate.EmailAddresses);
    }

    private static CertificateSummary ReadCertificate(ref RecordReader reader, TextPool pool) => new()
    {
        Thumbprint = reader.Text(),
        Subject = reader.Text(),
        Issuer = reader.Text(pool),
        SerialNumber = reader.Text(),
        NotBefore = ReadTime(ref reader),
        NotAfter = ReadTime(ref reader),
        KeyAlgorithm = reader.Text(pool),
        IsCa = reader.Byte() != 0,
        DnsNames = ReadList(ref reader),
        Uris = ReadList(ref reader),
        IpAddresses = ReadList(ref reader),
        EmailAddresses = ReadList(ref reader),
    };

    private static void WriteMap(RecordWriter writer, ImmutableSortedDictionary<string, string> map)
    {
        writer.Count(map.Count);
        foreach ((string key, string value) in map)
        {
            writer.Text(key);
            writer.Text(value);
        }
    }

    private static ImmutableSortedDictionary<string, string> ReadMap(ref RecordReader reader, TextPool pool)
    {
        int count = reader.Count();
        if (count == 0)
        {
            return s_none;
        }

        ImmutableSortedDictionary<string, string>.Builder map = s_none.ToBuilder();
        for (int i = 0; i < count; i++)
        {
            string key = reader.Text(pool);
            map[key] = reader.Text(pool);
        }

        return map.ToImmutable();
    }

    private static void WriteList(RecordWriter writer, ImmutableArray<string> list)
    {
        ImmutableArray<string> items = list.IsDefault ? [] : list;
        writer.Count(items.Length);
        foreach (string item in items)
        {
            writer.Text(item);
        }
    }

    private static ImmutableArray<string> ReadList(ref RecordReader reader, TextPool? pool = null)
    {
        int count = reader.Count();
        if (count == 0)
        {
            return [];
        }

        ImmutableArray<string>.Builder list = ImmutableArray.CreateBuilder<string>(count);
        for (int i = 0; i < count; i++)
        {
            list.Add(reader.Text(pool));
        }

        return list.MoveToImmutable();
    }

    private static DateTimeOffset ReadTime(ref RecordReader reader) => new(reader.Int64(), TimeSpan.Zero);

    private static void SkipText(ref RecordReader reader, int texts)
    {
        for (int i = 0; i < texts; i++)
        {
            reader.Bytes(Math.Max(reader.Count() - 1, 0));
        }
    }
}
