using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Requests;

namespace MeshSecrets.Commands;

/// <summary>Turns what the reader found into the objects that cmdlets write.</summary>
internal static class MaterialObjects
{
    /// <summary>The object for an item, of an encrypted key with what the password opens, or <see langword="null"/> for kinds that are not shown (revocation lists).</summary>
    internal static object? From(MaterialItem item, ReadOnlyMemory<char> password) => item.Kind switch
    {
        MaterialKind.Certificate => new MeshCertificate(CertificateInfo.Parse(item.GetDer().ToArray(), item.Location), item.Location),
        MaterialKind.CertificateRequest => new MeshCertificateRequest(CertificateRequestInfo.Parse(item.GetDer().ToArray(), item.Location), item.Location),
        MaterialKind.EncryptedPrivateKey when !password.IsEmpty =>
            FromKey(PrivateKeyImport.FromEncryptedPkcs8(item.GetDer(), password, item.Location), item.Location, "Pkcs8Encrypted"),
        MaterialKind.EncryptedPrivateKey => new MeshKeyInfo(item.Location, "Pkcs8Encrypted", keyAlgorithm: null, publicKeyThumbprint: null),
        MaterialKind.PrivateKey => FromKey(PrivateKeyImport.FromPkcs8(item.GetDer(), item.Location), item.Location, "Pkcs8"),
        MaterialKind.EcPrivateKey => FromKey(PrivateKeyImport.FromSec1(item.GetDer(), item.Location), item.Location, "Sec1"),
        MaterialKind.RsaPrivateKey => FromKey(PrivateKeyImport.FromPkcs1(item.GetDer(), item.Location), item.Location, "Pkcs1"),
        _ => null,
    };

    private static MeshKeyInfo FromKey(PrivateKey key, string source, string format)
    {
        using (key)
        {
            return new MeshKeyInfo(source, format, key.AlgorithmName, PublicKeyHash.Of(key.SubjectPublicKeyInfo));
        }
    }
}
