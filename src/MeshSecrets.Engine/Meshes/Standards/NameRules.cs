using System.Formats.Asn1;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Names;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Standards.SubjectCertificates;

namespace MeshSecrets.Meshes.Standards;

/// <summary>Rules about distinguished names.</summary>
internal static class NameRules
{
    private const int MaxCommonLength = 64;

    internal static MeshRule Length { get; } = new(
        "X509NameLength",
        RuleSeverity.Warning,
        "OpenSSL refuses to make or sign such a name (string too long), and authorities cut it short or refuse the request.",
        "Issue it anew with at most 64 characters for common name, organization and unit; give long host names as DNS names alone.",
        "RFC 5280 appendix A.1 (ub-common-name)",
        Each(certificate => DistinguishedNameText.Read(certificate.Subject.Encoded).SelectMany(part => part).FirstOrDefault(IsTooLong) is { Oid: not null } attribute
            ? $"has a {DistinguishedNameText.Keyword(attribute.Oid)} of {attribute.Value.Length} characters in its subject" : null));

    internal static MeshRule Country { get; } = new(
        "X509NameCountry",
        RuleSeverity.Warning,
        "A country is a code of two letters; authorities and strict software refuse other text.",
        "Issue it anew with a code of ISO 3166, as C=DE, or without a country.",
        "RFC 5280 appendix A.1 (X520countryName)",
        Each(certificate => DistinguishedNameText.Read(certificate.Subject.Encoded).SelectMany(part => part).FirstOrDefault(IsNoCountry) is { Oid: not null } attribute
            ? $"has the country '{attribute.Value}' in its subject" : null));

    internal static MeshRule Encoding { get; } = new(
        "X509NameEncoding",
        RuleSeverity.Advice,
        "Names are compared byte for byte by Go and others: the same text in another string type is another name, and chains break.",
        "Issue it anew with names in UTF8String or PrintableString, as New-MeshCa and New-MeshTlsKey do.",
        "RFC 5280 sections 4.1.2.4 and 7.1",
        Each(certificate => UnusualStringType(certificate.Subject) is { } type ? $"has a {type} in its subject" : null));

    internal static MeshRule IssuerEncoding { get; } = new(
        "X509IssuerNameMismatch",
        RuleSeverity.Error,
        "The signature fits and the names do not: Go, and so Istio and Kuma, finds no issuer (certificate signed by unknown authority).",
        "Issue the certificate anew from the authority's certificate as it is, or make the authority anew with the very name of before.",
        "RFC 5280 section 6.1.3 (a)(4)",
        FindMismatches);

    private static bool IsTooLong(NameAttribute attribute) =>
        DistinguishedNameText.Keyword(attribute.Oid) is "CN" or "O" or "OU" && attribute.Value.Length > MaxCommonLength;

    private static bool IsNoCountry(NameAttribute attribute) =>
        attribute.Oid == DistinguishedNameText.CountryOid && (attribute.Value.Length != 2 || !attribute.Value.All(char.IsAsciiLetter));

    private static IEnumerable<string> FindMismatches(RuleSubject subject)
    {
        for (int i = 1; i < subject.Chain.Length; i++)
        {
            CertificateInfo issued = subject.Chain[i - 1];
            CertificateInfo above = subject.Chain[i];
            if (!above.Subject.Equals(issued.Issuer) && IsSignedBy(issued, above) == true)
            {
                yield return $"{issued} is signed by the key of {above}, but names the issuer '{issued.Issuer}'{(issued.Issuer.ToString() == above.Subject.ToString() ? ", the same text in another encoding" : "")}";
            }
        }
    }

    private static string? UnusualStringType(DistinguishedName name)
    {
        AsnReader parts = new AsnReader(name.Encoded, AsnEncodingRules.DER).ReadSequence();
        while (parts.HasData)
        {
            AsnReader part = parts.ReadSetOf(skipSortOrderValidation: true);
            while (part.HasData)
            {
                AsnReader attribute = part.ReadSequence();
                attribute.ReadObjectIdentifier();
                Asn1Tag tag = attribute.PeekTag();
                if (tag.TagClass == TagClass.Universal && (UniversalTagNumber)tag.TagValue is UniversalTagNumber.TeletexString or UniversalTagNumber.BMPString or UniversalTagNumber.UniversalString)
                {
                    return ((UniversalTagNumber)tag.TagValue).ToString();
                }
            }
        }

        return null;
    }
}
