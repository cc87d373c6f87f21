using System.Buffers.Binary;
using System.Text.Json;

namespace MeshSecrets.Stores.Embedded;

/// <summary>The readable start of a backup: what protects its key.</summary>
internal sealed record BackupHeader
{
    private const int MaxLength = 64 * 1024;

    public required int Format { get; init; }

    public required string Id { get; init; }

    public required StoreProtector Protector { get; init; }

    private static ReadOnlySpan<byte> Magic => "MESHBAK1"u8;

    /// <returns>The header's bytes, to which everything after it is bound.</returns>
    internal byte[] Write()
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(this, StoreJson.Default.BackupHeader);
        byte[] bytes = new byte[Magic.Length + 4 + json.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Magic.Length), json.Length);
        json.CopyTo(bytes, Magic.Length + 4);
        return bytes;
    }

    /// <exception cref="InvalidDataException">Not a backup, or damaged.</exception>
    internal static BackupHeader Read(Stream stream, out byte[] bytes, out StoreId id)
    {
        Span<byte> start = stackalloc byte[Magic.Length + 4];
        stream.ReadExactly(start);
        int length = BinaryPrimitives.ReadInt32LittleEndian(start[Magic.Length..]);
        if (!start[..Magic.Length].SequenceEqual(Magic) || length is < 2 or > MaxLength)
        {
            throw new InvalidDataException("it is not a backup of an embedded store, or its start was altered");
        }

        bytes = new byte[start.Length + length];
        start.CopyTo(bytes);
        stream.ReadExactly(bytes, start.Length, length);
        BackupHeader? header = Parse(bytes.AsSpan(start.Length));
        return header is { Format: StoreSettings.CurrentFormat, Protector.IsWellFormed: true } && StoreId.TryParse(header.Id, out id)
            ? header
            : throw new InvalidDataException("its header was altered, or a later version wrote it");
    }

    private static BackupHeader? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StoreJson.Default.BackupHeader);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("its header was altered", exception);
        }
    }
}
