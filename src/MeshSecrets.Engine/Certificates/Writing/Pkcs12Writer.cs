using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;

namespace MeshSecrets.Certificates.Writing;

/// <summary>
/// Writes PKCS#12 (RFC 7292) as current software reads it: AES-256 under PBES2, the integrity check by HMAC-SHA256.
/// </summary>
public static class Pkcs12Writer
{
    /// <summary>
    /// Many times the customary 2,048, yet within the 300,000 that readers on .NET accept by default.
    /// </summary>
    private const int Iterations = 100_000;

    /// <summary>Encodes a key with its certificate chain.</summary>
    /// <param name="key">The private key of the first certificate; it stays the caller's.</param>
    /// <param name="certificates">DER of each, the leaf first; at least one.</param>
    /// <param name="password">The password; not empty.</param>
    /// <returns>The file's content.</returns>
    /// <exception cref="MeshException"><c>PasswordEmpty</c>, <c>KeyCertificateMismatch</c>, <c>CertificateInvalid</c>.</exception>
    public static byte[] Encode(PrivateKey key, IReadOnlyList<ReadOnlyMemory<byte>> certificates, ReadOnlySpan<char> password)
    {
        if (password.IsEmpty)
        {
            throw WriteErrors.PasswordEmpty();
        }

        ArgumentOutOfRangeException.ThrowIfZero(certificates.Count);
        KeyPairCheck.EnsureMatch(key, "the key", certificates[0], "the leaf certificate");
        X509Certificate2Collection chain = [];
        try
        {
            using X509Certificate2 leaf = Load(certificates[0]);
            chain.Add(key.Use(handle => handle is RSA rsa ? leaf.CopyWithPrivateKey(rsa) : leaf.CopyWithPrivateKey((ECDsa)handle)));
            foreach (ReadOnlyMemory<byte> der in certificates.Skip(1))
            {
                chain.Add(Load(der));
            }

            // The framework takes the password as a string only.
            PbeParameters parameters = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations);
            return chain.ExportPkcs12(parameters, password.ToString());
        }
        finally
        {
            foreach (X509Certificate2 certificate in chain)
            {
                certificate.Dispose();
            }
        }
    }

    private static X509Certificate2 Load(ReadOnlyMemory<byte> der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der.Span);
        }
        catch (CryptographicException e)
        {
            throw DerErrors.CertificateInvalid(new("the certificate to export"), e);
        }
    }
}
