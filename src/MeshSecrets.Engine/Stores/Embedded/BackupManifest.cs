namespace MeshSecrets.Stores.Embedded;

/// <summary>The first of a backup's encrypted content: what a restored store needs besides its files.</summary>
internal static class BackupManifest
{
    internal const int Length = StoreId.Length + StoreKeys.Length + 4 + 4;

    internal static void Write(RecordWriter writer, StoreId id, ReadOnlySpan<byte> key, int versionsKept, int files)
    {
        writer.Bytes(id.ToArray());
        writer.Bytes(key);
        writer.Int32(versionsKept);
        writer.Int32(files);
    }

    internal static (StoreId Id, byte[] Key, int VersionsKept, int Files) Read(ReadOnlySpan<byte> bytes)
    {
        RecordReader reader = new(bytes);
        return (new StoreId(reader.Bytes(StoreId.Length)), reader.Bytes(StoreKeys.Length).ToArray(), reader.Int32(), reader.Int32());
    }
}
