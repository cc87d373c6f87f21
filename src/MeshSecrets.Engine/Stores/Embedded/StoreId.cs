using System.Security.Cryptography;

namespace MeshSecrets.Stores.Embedded;

/// <summary>A store's random 128-bit identity; everything sealed in a store is bound to it.</summary>
internal readonly record struct StoreId
{
    internal const int Length = 16;

    private readonly UInt128 _value;

    internal StoreId(ReadOnlySpan<byte> bytes) =>
        _value = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);

    internal static StoreId New() => new(RandomNumberGenerator.GetBytes(Length));

    internal static bool TryParse(string text, out StoreId id)
    {
        byte[] bytes = new byte[Length];
        bool valid = Convert.FromHexString(text, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == Length;
        id = valid ? new StoreId(bytes) : default;
        return valid;
    }

    internal void CopyTo(Span<byte> destination) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination, _value);

    internal byte[] ToArray()
    {
        byte[] bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
