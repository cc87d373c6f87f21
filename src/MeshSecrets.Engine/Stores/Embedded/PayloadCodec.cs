using System.Security.Cryptography;
using MeshSecrets.Secrets;

namespace MeshSecrets.Stores.Embedded;

/// <summary>The binary form of a secret's values, and what their seal binds them to.</summary>
internal static class PayloadCodec
{
    internal static void Write(RecordWriter writer, SecretData data)
    {
        writer.Count(data.Count);
        for (int i = 0; i < data.Count; i++)
        {
            writer.Text(data.KeyAt(i));
            ReadOnlySpan<byte> value = data.ValueAt(i);
            writer.Count(value.Length);
            writer.Bytes(value);
        }
    }

    internal static SecretData Read(ReadOnlySpan<byte> bytes)
    {
        RecordReader reader = new(bytes);
        SecretData data = new();
        int count = reader.Count();
        for (int i = 0; i < count; i++)
        {
            string key = reader.Text();
            data.Adopt(key, reader.Bytes(reader.Count()).ToArray());
        }

        return data;
    }

    /// <summary>
    /// Store, identity, version and resource version: a payload cannot stand in for that of another secret, nor an
    /// earlier one for a later.
    /// </summary>
    internal static void WriteAssociated(RecordWriter writer, StoreId store, SecretId id, long version, long commit, int item)
    {
        store.CopyTo(writer.Reserve(StoreId.Length));
        writer.Int64(commit);
        writer.Int32(item);
        writer.Int64(version);
        writer.Text(id.Namespace);
        writer.Text(id.Mesh);
        writer.Text(id.Name);
    }

    /// <summary>Decrypts and decodes a sealed payload, or returns <see langword="null"/> if it is not the one the entry names.</summary>
    internal static SecretData? Open(StoreKeys keys, StoreId store, EntryView entry, SecretId id, ReadOnlySpan<byte> message)
    {
        if (message.Length < SealingKey.Overhead
            || !CryptographicOperations.FixedTimeEquals(message[^SealingKey.TagLength..], entry.PayloadTag))
        {
            return null;
        }

        using RecordWriter associated = new(256);
        WriteAssociated(associated, store, id, entry.Version, entry.Commit, entry.Item);
        byte[] plain = GC.AllocateUninitializedArray<byte>(message.Length - SealingKey.Overhead);
        try
        {
            return keys.Payloads.TryOpen(message, associated.Written, plain) ? Read(plain) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}
