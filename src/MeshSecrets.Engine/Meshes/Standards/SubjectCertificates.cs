using System.Formats.Asn1;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Verification;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Standards;

/// <summary>What the rules of this folder ask again and again.</summary>
internal static class SubjectCertificates
{
    /// <summary>A search through the judged certificate and those that came with it.</summary>
    internal static Func<RuleSubject, IEnumerable<string>> Each(Func<CertificateInfo, string?> find) => Each((certificate, _) => find(certificate));

    /// <summary>As above, with the surroundings.</summary>
    internal static Func<RuleSubject, IEnumerable<string>> Each(Func<CertificateInfo, RuleContext, string?> find) =>
        subject => Named(subject.Chain, certificate => find(certificate, subject.Context));

    /// <summary>A search through the authorities among them.</summary>
    internal static Func<RuleSubject, IEnumerable<string>> EachAuthority(Func<CertificateInfo, string?> find) =>
        subject => Named(subject.Chain.Where(certificate => certificate.IsCa), find);

    /// <summary>A look at the judged certificate, if it is no authority's.</summary>
    internal static Func<RuleSubject, IEnumerable<string>> Leaf(Func<CertificateInfo, string?> find) =>
        subject => Named(subject.Chain.Take(1).Where(certificate => !certificate.IsCa), find);

    /// <summary>A look at each certificate and the one that issued it, as far as that is among what came with it.</summary>
    internal static Func<RuleSubject, IEnumerable<string>> EachWithIssuer(Func<CertificateInfo, CertificateInfo, string?> find) =>
        subject => Named(subject.Chain, certificate => FindIssuer(subject, certificate) is { } issuer ? find(certificate, issuer) : null);

    /// <summary>The certificates with what is found of each.</summary>
    internal static IEnumerable<string> Named(IEnumerable<CertificateInfo> certificates, Func<CertificateInfo, string?> find) =>
        from certificate in certificates
        let found = find(certificate)
        where found is not null
        select $"{certificate} {found}";

    /// <summary>
    /// The certificate that issued another one, among those that came with it. If several bear the name, as during the
    /// change of a root, the one that signed it counts.
    /// </summary>
    internal static CertificateInfo? FindIssuer(RuleSubject subject, CertificateInfo certificate)
    {
        if (certificate.IsSelfIssued)
        {
            return null;
        }

        CertificateInfo[] named = [.. subject.Chain.Concat(subject.Roots).Where(candidate => candidate.Subject.Equals(certificate.Issuer)).DistinctBy(candidate => candidate.Thumbprint)];
        return named.Length < 2 ? named.FirstOrDefault() : named.FirstOrDefault(candidate => IsSignedBy(certificate, candidate) == true) ?? named[0];
    }

    /// <summary>Whether one signed the other; <see langword="null"/> if the algorithm cannot be verified here.</summary>
    internal static bool? IsSignedBy(CertificateInfo certificate, CertificateInfo issuer)
    {
        try
        {
            return SignatureVerifier.IsSignedBy(certificate, issuer);
        }
        catch (MeshException e) when (e.ErrorId == CertificateErrors.SignatureAlgorithmUnsupportedId)
        {
            return null;
        }
    }

    /// <summary>The serial number's octets as they stand, with the sign that <see cref="CertificateInfo.SerialNumber"/> leaves out.</summary>
    internal static ReadOnlySpan<byte> SerialNumber(CertificateInfo certificate) => Body(certificate).ReadIntegerBytes().Span;

    /// <summary>The signature algorithm inside what is signed.</summary>
    internal static ReadOnlyMemory<byte> SignedAlgorithm(CertificateInfo certificate)
    {
        AsnReader body = Body(certificate);
        body.ReadIntegerBytes();
        return body.ReadEncodedValue();
    }

    /// <summary>What is signed, from the serial number on.</summary>
    private static AsnReader Body(CertificateInfo certificate)
    {
        AsnReader body = new AsnReader(certificate.ToBeSigned, AsnEncodingRules.DER).ReadSequence();
        if (body.PeekTag().TagClass == TagClass.ContextSpecific)
        {
            body.ReadEncodedValue();
        }

        return body;
    }
}
