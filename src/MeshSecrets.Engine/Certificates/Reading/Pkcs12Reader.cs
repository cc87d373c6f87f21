using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MeshSecrets.Certificates.Reading;

/// <summary>Opens PKCS#12 files (RFC 7292): .p12, .pfx.</summary>
internal static class Pkcs12Reader
{
    /// <summary>ERROR_INVALID_PASSWORD, which the framework sets on every system.</summary>
    private const int InvalidPassword = unchecked((int)0x80070056);

    /// <summary>
    /// Wider than the framework's where honest files need it (600,000 iterations is today's advice for PBKDF2), but
    /// bounded: a file of a stranger must not keep a processor busy for minutes.
    /// </summary>
    private static readonly Pkcs12LoaderLimits s_limits = new()
    {
        MacIterationLimit = 600_000,
        IndividualKdfIterationLimit = 600_000,
        TotalKdfIterationLimit = 2_000_000,
        MaxCertificates = 1000,
        MaxKeys = 100,
        PreserveStorageProvider = false,
        PreserveKeyName = false,
    };

    /// <summary>
    /// Adds the keys as PKCS#8, each before its certificate, then the other certificates. PKCS#12 has no order of its
    /// own and each tool writes another, so a chain is put in the order in which TLS sends it.
    /// </summary>
    internal static void Read(ReadOnlySpan<byte> content, SourcePlace place, ReadOnlyMemory<char> password, MaterialSet into)
    {
        X509Certificate2Collection loaded = Load(content, place, password.Span);
        try
        {
            List<byte[]> others = [];
            byte[]? last = null;
            foreach (X509Certificate2 certificate in loaded)
            {
                byte[] der = certificate.RawData;
                if (!certificate.HasPrivateKey)
                {
                    others.Add(der);
                    continue;
                }

                into.Add(MaterialKind.PrivateKey, ExportKey(certificate, place), place);
                into.Add(MaterialKind.Certificate, der, place);
                last = der;
            }

            ChainOrder.Arrange(last, others, place).ForEach(der => into.Add(MaterialKind.Certificate, der, place));
        }
        finally
        {
            foreach (X509Certificate2 certificate in loaded)
            {
                certificate.Dispose();
            }
        }

        if (loaded.Count == 0)
        {
            throw DerErrors.Pkcs12Empty(place);
        }
    }

    private static X509Certificate2Collection Load(ReadOnlySpan<byte> content, SourcePlace place, ReadOnlySpan<char> password)
    {
        try
        {
            // Windows cannot export from ephemeral keys that are not marked exportable; elsewhere the flag is harmless.
            return X509CertificateLoader.LoadPkcs12Collection(content, password, X509KeyStorageFlags.EphemeralKeySet | X509KeyStorageFlags.Exportable, s_limits);
        }
        catch (Pkcs12LoadLimitExceededException e)
        {
            throw DerErrors.Pkcs12LimitExceeded(place, e);
        }
        catch (CryptographicException e) when (e.HResult == InvalidPassword)
        {
            throw password.IsEmpty ? DerErrors.Pkcs12PasswordRequired(place) : DerErrors.Pkcs12PasswordWrong(place, e);
        }
        catch (CryptographicException e)
        {
            throw DerErrors.Pkcs12Invalid(place, e);
        }
    }

    private static byte[] ExportKey(X509Certificate2 certificate, SourcePlace place)
    {
        try
        {
            using AsymmetricAlgorithm? key = (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey() ?? certificate.GetRSAPrivateKey();
            return key?.ExportPkcs8PrivateKey() ?? throw Keys.KeyErrors.AlgorithmUnsupported(place.ToString(), "a private key of another kind");
        }
        catch (CryptographicException e)
        {
            throw DerErrors.Pkcs12Invalid(place, e);
        }
    }
}
