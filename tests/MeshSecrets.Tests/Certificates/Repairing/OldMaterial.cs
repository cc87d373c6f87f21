using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MeshSecrets.Tests.Certificates.Repairing;

/// <summary>What is still met, and which nobody makes any more.</summary>
internal static class OldMaterial
{
    /// <summary>SEC 1 on P-256 without the public key, as some tools of Java write it.</summary>
    internal static byte[] BareKey(ECDsa key) =>
        [0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20, .. key.ExportParameters(includePrivateParameters: true).D!, 0xA0, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

    /// <summary>A root that signed itself with SHA-1.</summary>
    internal static byte[] Sha1Root(RSA key)
    {
        DateTimeOffset start = DateTimeOffset.UtcNow.AddDays(-1);
        CertificateRequest root = new("CN=Old Root", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 made = root.Create(root.SubjectName, new Sha1Generator(key), start, start.AddDays(30), [7, 7, 7]);
        return made.RawData;
    }

    private sealed class Sha1Generator(RSA key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) =>
            [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x05, 0x05, 0x00];

        [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "The root is meant to be an old one.")]
        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);

        protected override PublicKey BuildPublicKey() => new(key);
    }
}
