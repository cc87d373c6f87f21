using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MeshSecrets.Certificates;

namespace MeshSecrets.Tests.Certificates.Verification;

/// <summary>Certificates as other software makes them: any serial number, with or without key identifiers, rightly or wrongly built.</summary>
internal static class ForeignCertificates
{
    internal static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    internal static readonly DateTimeOffset Now = Start.AddDays(10);

    internal static ECDsa Key() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>A certificate of a key, signed by another key under a name.</summary>
    internal static CertificateInfo Make(
        string subject, ECDsa key, string issuer, ECDsa issuerKey, bool isCa = true, int? pathLength = null, int days = 100, byte serial = 1,
        X509KeyUsageFlags? usages = null, bool identifiers = false, byte[]? authorityKeyIdentifier = null, IEnumerable<X509Extension>? more = null)
    {
        CertificateRequest request = new(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        if (isCa)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, pathLength is not null, pathLength ?? 0, true));
        }

        if (usages is { } flags)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(flags, true));
        }

        if (identifiers)
        {
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
            X509SubjectKeyIdentifierExtension above = new(new PublicKey(issuerKey), false);
            authorityKeyIdentifier ??= above.SubjectKeyIdentifierBytes.ToArray();
        }

        if (authorityKeyIdentifier is not null)
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(authorityKeyIdentifier));
        }

        foreach (X509Extension extension in more ?? [])
        {
            request.CertificateExtensions.Add(extension);
        }

        using X509Certificate2 certificate = request.Create(
            new X500DistinguishedName(issuer), X509SignatureGenerator.CreateForECDsa(issuerKey), Start, Start.AddDays(days), [serial]);
        return CertificateInfo.Parse(certificate.RawData, subject);
    }
}
