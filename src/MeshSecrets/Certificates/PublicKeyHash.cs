using System.Security.Cryptography;

namespace MeshSecrets;

/// <summary>SHA-256 of a public key, by which certificate, request and key are matched.</summary>
internal static class PublicKeyHash
{
    internal static string Of(ReadOnlyMemory<byte> subjectPublicKeyInfo) => Convert.ToHexString(SHA256.HashData(subjectPublicKeyInfo.Span));
}
