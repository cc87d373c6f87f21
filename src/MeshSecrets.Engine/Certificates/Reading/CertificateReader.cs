namespace MeshSecrets.Certificates.Reading;

/// <summary>Reads certificates where certificates, and nothing else, are expected.</summary>
public static class CertificateReader
{
    /// <summary>Reads all certificates of a content in their order.</summary>
    /// <param name="content">The bytes of the file or value.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <param name="options">Password, limits and envelopes; <see langword="null"/> for the defaults.</param>
    /// <param name="allowPrivateKey">Whether private keys may stand beside the certificates; they are passed over.</param>
    /// <returns>The certificates, at least one.</returns>
    /// <exception cref="MeshException">
    /// <c>CertificateExpectedRequestFound</c>, <c>…PrivateKeyFound</c>, <c>…PublicKeyFound</c>, <c>…CrlFound</c>,
    /// <c>CertificateMissing</c>, and those of <see cref="MaterialReader.Read"/>.
    /// </exception>
    public static IReadOnlyList<MaterialItem> ReadCertificates(
        ReadOnlyMemory<byte> content,
        string source,
        MaterialReadOptions? options = null,
        bool allowPrivateKey = false)
    {
        using MaterialSet found = MaterialReader.Read(content, source, options);
        List<MaterialItem> certificates = new(found.Count);
        foreach (MaterialItem item in found)
        {
            if (item.Kind == MaterialKind.Certificate)
            {
                certificates.Add(item);
            }
            else if (!allowPrivateKey || !item.Kind.IsPrivateKey())
            {
                throw ReadErrors.CertificateExpected(item);
            }
        }

        return certificates.Count > 0 ? certificates : throw ReadErrors.CertificateMissing(source, found);
    }
}
