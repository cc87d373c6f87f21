using System.Security.Cryptography;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Tests.Certificates.Forging;

/// <summary>A forged certificate with its key.</summary>
internal sealed class ForgedCertificate(byte[] der, ForgedKey key)
{
    internal byte[] Der { get; } = der;

    internal ForgedKey Key { get; } = key;

    internal CertificateInfo Info { get; } = CertificateInfo.Parse(der, "a forged certificate");

    internal string Pem => PemEncoding.WriteString("CERTIFICATE", Der) + "\n";

    /// <summary>PKCS#8.</summary>
    internal string KeyPem => Key.Pem;

    /// <summary>What rules know of its key.</summary>
    internal KeyFacts KeyFacts => new(PublicKeyInfo.Describe(Key.SubjectPublicKeyInfo), Key.SubjectPublicKeyInfo, "PRIVATE KEY");

    public static implicit operator CertificateInfo(ForgedCertificate forged) => forged.Info;
}
