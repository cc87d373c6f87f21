using System.Collections.Immutable;
using System.Security.Cryptography;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;

namespace MeshSecrets.Secrets;

/// <summary>A TLS key as a secret: certificate chain, private key, and what verifies the chain, in PEM.</summary>
public static class TlsKeySecret
{
    /// <summary>Puts a certificate and its key into a secret.</summary>
    /// <param name="id">Name and scope.</param>
    /// <param name="chain">The leaf, then its intermediates.</param>
    /// <param name="key">The leaf's key; it stays the caller's.</param>
    /// <param name="roots">What verifies the chain; empty if it is not known.</param>
    /// <param name="labels">Labels.</param>
    /// <param name="annotations">Annotations.</param>
    /// <param name="type">The secret's type.</param>
    /// <returns>The secret, to be disposed by the caller.</returns>
    public static Secret Create(
        SecretId id,
        ImmutableArray<CertificateInfo> chain,
        PrivateKey key,
        ImmutableArray<CertificateInfo> roots,
        ImmutableSortedDictionary<string, string> labels,
        ImmutableSortedDictionary<string, string> annotations,
        string type = SecretType.Tls)
    {
        SecretData data = new();
        data.Set(DataKey.Certificate, PemWriter.EncodeCertificates([.. chain.Select(certificate => certificate.Encoded)]));
        if (!roots.IsEmpty)
        {
            data.Set(DataKey.TrustBundle, PemWriter.EncodeCertificates([.. roots.Select(root => root.Encoded)]));
        }

        byte[] pem = PemWriter.EncodePrivateKey(key);
        try
        {
            data.Set(DataKey.PrivateKey, pem);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
        }

        SecretMetadata metadata = new()
        {
            Id = id,
            Type = type,
            Labels = labels,
            Annotations = annotations,
            Certificate = chain[0].ToSummary(),
        };
        return new Secret(metadata, data);
    }

    /// <summary>
    /// Metadata that says what the values do: for a TLS key or an authority, what its certificate is, proven to belong
    /// to its key; for any other secret, as it came.
    /// </summary>
    /// <param name="metadata">The metadata, perhaps of other values.</param>
    /// <param name="data">The values; they stay the caller's.</param>
    /// <returns>The metadata with its certificate's summary.</returns>
    /// <exception cref="MeshException">The certificate or key is missing or broken, or they do not match.</exception>
    public static SecretMetadata Describe(SecretMetadata metadata, SecretData data)
    {
        if (metadata.Type is not (SecretType.Tls or SecretType.CertificateAuthority))
        {
            return metadata;
        }

        // Not disposed, for the values stay the caller's.
        Secret secret = new(metadata, data);
        CertificateInfo leaf = ReadChain(secret)[0];
        using PrivateKey key = ReadKey(secret);
        KeyPairCheck.EnsureMatch(key, $"{metadata.Id}, {DataKey.PrivateKey}", leaf.Encoded, $"{metadata.Id}, {DataKey.Certificate}");
        return metadata with { Certificate = leaf.ToSummary() };
    }

    /// <summary>The certificate chain of a TLS key.</summary>
    /// <param name="secret">The secret.</param>
    /// <returns>The leaf, then its intermediates.</returns>
    /// <exception cref="MeshException">The secret has no chain, or what it has is broken.</exception>
    public static ImmutableArray<CertificateInfo> ReadChain(Secret secret) => ReadCertificates(secret, DataKey.Certificate);

    /// <summary>What verifies the chain of a TLS key.</summary>
    /// <param name="secret">The secret.</param>
    /// <returns>The roots; empty if the secret has none.</returns>
    /// <exception cref="MeshException">What it has is broken.</exception>
    public static ImmutableArray<CertificateInfo> ReadRoots(Secret secret) =>
        secret.GetData().TryGetValue(DataKey.TrustBundle, out _) ? ReadCertificates(secret, DataKey.TrustBundle) : [];

    /// <summary>The private key of a TLS key.</summary>
    /// <param name="secret">The secret.</param>
    /// <returns>The key, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">The secret has no key, or what it has is broken.</exception>
    public static PrivateKey ReadKey(Secret secret) =>
        PrivateKeyReader.Read(ValueOf(secret, DataKey.PrivateKey), $"{secret.Id}, {DataKey.PrivateKey}");

    private static ImmutableArray<CertificateInfo> ReadCertificates(Secret secret, string dataKey)
    {
        string source = $"{secret.Id}, {dataKey}";
        return [.. CertificateReader.ReadCertificates(ValueOf(secret, dataKey), source).Select(item => CertificateInfo.Parse(item.GetDer(), source))];
    }

    /// <summary>As <see cref="SecretData.GetValue"/>, but what is missing is missing in a secret with a name.</summary>
    private static ReadOnlyMemory<byte> ValueOf(Secret secret, string dataKey) =>
        secret.GetData().TryGetValue(dataKey, out ReadOnlyMemory<byte> value) ? value : throw SecretErrors.DataKeyMissing(dataKey, secret.Id);
}
