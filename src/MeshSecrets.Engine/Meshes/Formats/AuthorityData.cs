using System.Collections.Immutable;
using System.Security.Cryptography;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Keys;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Certificates.Writing;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Formats;

/// <summary>Reads and writes the values of which the forms of authorities consist: certificates, keys and revocation lists in PEM.</summary>
internal static class AuthorityData
{
    /// <summary>The certificates of a data key; none if the secret has no such key.</summary>
    internal static ImmutableArray<CertificateInfo> ReadCertificates(Secret secret, string dataKey)
    {
        if (!secret.GetData().TryGetValue(dataKey, out ReadOnlyMemory<byte> value))
        {
            return [];
        }

        string source = $"{secret.Id}, {dataKey}";
        return [.. CertificateReader.ReadCertificates(value, source).Select(item => CertificateInfo.Parse(item.GetDer(), item.Location))];
    }

    /// <summary>The private key of a data key, proven to be that of a certificate; <see langword="null"/> if the secret has no such key.</summary>
    /// <param name="secret">The secret with the key.</param>
    /// <param name="dataKey">Its data key.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="certificateSource">The secret with the certificate, for messages; <see langword="null"/> if it is the same.</param>
    internal static PrivateKey? ReadKey(Secret secret, string dataKey, CertificateInfo certificate, SecretId? certificateSource = null)
    {
        if (!secret.GetData().TryGetValue(dataKey, out ReadOnlyMemory<byte> value))
        {
            return null;
        }

        string source = $"{secret.Id}, {dataKey}";
        PrivateKey key = PrivateKeyReader.Read(value, source);
        try
        {
            KeyPairCheck.EnsureMatch(key, source, certificate.Encoded, $"{certificateSource ?? secret.Id}, {certificate}");
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>The revocation lists of a data key (DER); none if the secret has no such key.</summary>
    internal static ImmutableArray<ReadOnlyMemory<byte>> ReadCrls(Secret secret, string dataKey)
    {
        if (!secret.GetData().TryGetValue(dataKey, out ReadOnlyMemory<byte> value))
        {
            return [];
        }

        using MaterialSet found = MaterialReader.Read(value, $"{secret.Id}, {dataKey}");
        return found.FirstOrDefault(item => item.Kind != MaterialKind.Crl) is { } other
            ? throw FormatErrors.Incomplete("value of revocation lists", other.Location, $"it holds another kind of material as well ({other.Kind}), which would be lost")
            : [.. found.Select(item => item.GetDer())];
    }

    /// <summary>Refuses data keys that are not of a form: reading them as that form would lose them.</summary>
    internal static void EnsureOnly(Secret secret, string format, params ReadOnlySpan<string> dataKeys)
    {
        foreach (string key in secret.GetData().Keys)
        {
            if (!dataKeys.Contains(key))
            {
                throw FormatErrors.CannotCarry(format, secret.Id, $"the data key '{key}'", "Remove it, or import the secret as it is with Import-MeshSecret.");
            }
        }
    }

    /// <summary>Certificates as the value of a data key.</summary>
    internal static byte[] Pem(params IEnumerable<CertificateInfo> certificates) =>
        PemWriter.EncodeCertificates([.. certificates.Select(certificate => certificate.Encoded)]);

    /// <summary>Sets a private key as the value of a data key.</summary>
    /// <exception cref="MeshException"><c>FormatNeedsPrivateKey</c>, if it was not asked for; <c>FormatIncomplete</c>, if there is none.</exception>
    internal static void SetKey(SecretData data, string dataKey, AuthorityMaterial authority, FormatTarget target, string format, PrivateKeyFormat form = PrivateKeyFormat.Pkcs8)
    {
        if (!target.IncludePrivateKey)
        {
            throw FormatErrors.PrivateKeyNeeded(format, authority.Source);
        }

        PrivateKey key = authority.GetKey() ?? throw FormatErrors.Incomplete(format, authority.Source, "there is no private key");
        byte[] pem = PemWriter.EncodePrivateKey(key, form);
        try
        {
            data.Set(dataKey, pem);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
        }
    }

    /// <summary>Refuses revocation lists where a form has no place for them.</summary>
    internal static void EnsureNoCrls(AuthorityMaterial authority, string format)
    {
        if (!authority.Crls.IsEmpty)
        {
            throw FormatErrors.CannotCarry(format, authority.Source, $"{authority.Crls.Length} revocation lists", "Choose IstioCacerts, or leave them out on purpose.");
        }
    }

    /// <summary>Refuses roots beyond the authority's own where a form has place for one only.</summary>
    internal static void EnsureOneRoot(AuthorityMaterial authority, string format)
    {
        if (authority.Roots.Length > 1)
        {
            throw FormatErrors.CannotCarry(format, authority.Source, $"{authority.Roots.Length - 1} further roots", "Write them as a bundle of their own.");
        }
    }
}
