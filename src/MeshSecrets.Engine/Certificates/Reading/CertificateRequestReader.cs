namespace MeshSecrets.Certificates.Reading;

/// <summary>Reads a certificate request where exactly one is expected.</summary>
public static class CertificateRequestReader
{
    /// <summary>Reads the request.</summary>
    /// <param name="content">The bytes of the file or value.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <param name="options">Limits and envelopes; <see langword="null"/> for the defaults.</param>
    /// <returns>The request. A private key beside it, as <c>openssl req -newkey</c> may write it, is passed over.</returns>
    /// <exception cref="MeshException">
    /// <c>CertificateRequestExpectedCertificateFound</c>, <c>…PrivateKeyFound</c>, <c>…PublicKeyFound</c>,
    /// <c>…CrlFound</c>, <c>CertificateRequestAmbiguous</c>, and those of <see cref="MaterialReader.Read"/>.
    /// </exception>
    public static MaterialItem Read(ReadOnlyMemory<byte> content, string source, MaterialReadOptions? options = null)
    {
        using MaterialSet found = MaterialReader.Read(content, source, options);
        MaterialItem? request = null;
        foreach (MaterialItem item in found.Where(item => !item.Kind.IsPrivateKey()))
        {
            if (item.Kind != MaterialKind.CertificateRequest)
            {
                throw ReadErrors.RequestExpected(item);
            }

            request = request is null ? item : throw ReadErrors.RequestAmbiguous(item);
        }

        return request ?? throw ReadErrors.RequestExpected(found[0]);
    }
}
