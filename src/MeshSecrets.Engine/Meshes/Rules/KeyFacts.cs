using System.Security.Cryptography;

namespace MeshSecrets.Meshes.Rules;

/// <summary>What rules may know of a private key: all but the key.</summary>
/// <param name="AlgorithmName">As <c>EcdsaP256</c> or <c>Rsa2048</c>.</param>
/// <param name="SubjectPublicKeyInfo">Its public half (DER).</param>
/// <param name="Label">How it was armoured: <c>PRIVATE KEY</c>, <c>RSA PRIVATE KEY</c>, <c>EC PRIVATE KEY</c>; empty for DER.</param>
public sealed record KeyFacts(string AlgorithmName, ReadOnlyMemory<byte> SubjectPublicKeyInfo, string Label)
{
    /// <summary>SHA-256 of the public half in hex, by which those who share the key are found.</summary>
    internal string Thumbprint => Convert.ToHexString(SHA256.HashData(SubjectPublicKeyInfo.Span));
}
