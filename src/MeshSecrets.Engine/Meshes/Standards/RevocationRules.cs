using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Profiles;
using MeshSecrets.Certificates.Revocation;
using MeshSecrets.Meshes.Rules;
using static MeshSecrets.Meshes.Standards.SubjectCertificates;

namespace MeshSecrets.Meshes.Standards;

/// <summary>Rules about revocation lists, where some came with a chain.</summary>
internal static class RevocationRules
{
    internal static MeshRule Unreadable { get; } = new(
        "X509CrlUnreadable",
        RuleSeverity.Error,
        "Envoy refuses the whole configuration of trust in which a list cannot be read.",
        "Fetch the list anew from its authority, in PEM (X509 CRL).",
        "RFC 5280 section 5.1",
        subject => subject.Crls.Select((der, i) => (Text: WhyUnreadable(der), Number: i + 1)).Where(each => each.Text is not null).Select(each => $"Revocation list {each.Number}: {each.Text}"));

    internal static MeshRule Expired { get; } = new(
        "X509CrlExpired",
        RuleSeverity.Error,
        "Envoy and OpenSSL refuse every certificate of an authority whose list is out of date (CRL has expired).",
        "Publish a new list and put it there; have that done by a timer well within nextUpdate.",
        "RFC 5280 section 5.1.2.5",
        EachList((list, subject) => list.NextUpdate < subject.Context.Now ? $"was due to be replaced at {list.NextUpdate:u}" : null));

    internal static MeshRule NotYetValid { get; } = new(
        "X509CrlNotYetValid",
        RuleSeverity.Warning,
        "OpenSSL refuses certificates of its authority until then (CRL is not yet valid).",
        "Compare the clocks of the authority and of this machine; fetch the list anew.",
        "RFC 5280 section 5.1.2.4",
        EachList((list, subject) => list.ThisUpdate > subject.Context.Now ? $"was made only at {list.ThisUpdate:u}" : null));

    internal static MeshRule NextUpdate { get; } = new(
        "X509CrlNextUpdate",
        RuleSeverity.Warning,
        "Nobody can tell when the list is out of date, so revocations after it go unnoticed.",
        "Make the list anew with nextUpdate (openssl ca -gencrl -crldays).",
        "RFC 5280 section 5.1.2.5",
        EachList((list, _) => list.NextUpdate is null ? "does not say when the next one is due" : null));

    internal static MeshRule Signed { get; } = new(
        "X509CrlNotSigned",
        RuleSeverity.Error,
        "A list that no authority of the chain signed is refused or ignored, and so revokes nothing.",
        "Take the list of the very authority; after the change of an authority's key its list must be made anew.",
        "RFC 5280 section 6.3.3 (g)",
        EachList((list, subject) => Authorities(subject).Any(authority => Signs(authority, list) != false) ? null : "is not signed by any authority of the chain"));

    internal static MeshRule Missing { get; } = new(
        "X509CrlMissing",
        RuleSeverity.Warning,
        "Envoy and Istio check the whole chain as soon as there is a list: a member without a list of its issuer is refused (unable to get certificate CRL).",
        "Put the list of each issuer of the chain beside the others, also that of the root for the authority between.",
        "RFC 5280 section 6.3.3; Envoy extensions.transport_sockets.tls (crl); Istio security/pkg/pki/util/keycertbundle.go",
        subject => subject.Crls.IsEmpty ? [] : Named(subject.Chain.Where(certificate => !certificate.IsSelfIssued), certificate => Lists(subject).Any(list => list.Issuer.Equals(certificate.Issuer)) ? null : "has no revocation list of its issuer"));

    internal static MeshRule Revoked { get; } = new(
        "X509Revoked",
        RuleSeverity.Error,
        "Peers that have the list refuse it.",
        "Issue it anew with a new key, and find out why it was revoked.",
        "RFC 5280 section 6.3.3 (i)",
        subject => Named(subject.Chain.Where(certificate => !certificate.IsSelfIssued), certificate =>
            Lists(subject).Where(list => list.Issuer.Equals(certificate.Issuer)).Select(list => Find(list, certificate)).FirstOrDefault(entry => entry is not null and not { Reason: RevocationReason.RemoveFromCrl }) is { } entry
                ? $"was revoked at {entry.RevokedAt:u} ({entry.Reason})" : null));

    internal static MeshRule IssuerMaySign { get; } = new(
        "X509CrlIssuerKeyUsage",
        RuleSeverity.Error,
        "OpenSSL and Go refuse a list of an authority that may not sign lists (key usage does not include CRL signing).",
        "Make the authority anew with cRLSign, as New-MeshCa does.",
        "RFC 5280 sections 4.2.1.3 and 6.3.3 (f)",
        EachList((list, subject) => Authorities(subject).FirstOrDefault(authority => Signs(authority, list) == true) is { KeyUsages: { } usages } issuer && (usages & KeyUsages.CrlSign) == 0
            ? $"is signed by {issuer}, whose key usages lack cRLSign" : null));

    internal static MeshRule Partial { get; } = new(
        "X509CrlPartial",
        RuleSeverity.Warning,
        "A delta list, or a list for a part of the certificates, is refused by Envoy and OpenSSL without its counterpart.",
        "Put a complete list there.",
        "RFC 5280 sections 5.2.4 and 5.2.5",
        EachList((list, _) => list.IsDelta ? "is a delta list" : list.IsPartial ? "is restricted to a part of its authority's certificates" : null));

    private static Func<RuleSubject, IEnumerable<string>> EachList(Func<CertificateRevocationList, RuleSubject, string?> find) => subject =>
        from list in Lists(subject)
        let found = find(list, subject)
        where found is not null
        select $"The {list} {found}";

    /// <summary>The lists that came with a subject, without those whose head cannot be read.</summary>
    internal static IEnumerable<CertificateRevocationList> Lists(RuleSubject subject)
    {
        foreach (ReadOnlyMemory<byte> der in subject.Crls)
        {
            if (Readable(() => CertificateRevocationList.Parse(der, subject.Target)) is { } list)
            {
                yield return list;
            }
        }
    }

    private static RevokedCertificate? Find(CertificateRevocationList list, CertificateInfo certificate) => Readable(() => list.Find(certificate.SerialNumber));

    /// <summary>What cannot be read is <see cref="Unreadable"/>'s matter.</summary>
    private static T? Readable<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (MeshException)
        {
            return null;
        }
    }

    private static IEnumerable<CertificateInfo> Authorities(RuleSubject subject) => subject.Chain.Concat(subject.Roots).Where(certificate => certificate.IsCa);

    /// <summary>Whether an authority signed a list; <see langword="null"/> if the algorithm cannot be verified here.</summary>
    internal static bool? Signs(CertificateInfo authority, CertificateRevocationList list)
    {
        try
        {
            return list.IsSignedBy(authority);
        }
        catch (MeshException e) when (e.ErrorId == CertificateErrors.SignatureAlgorithmUnsupportedId)
        {
            return null;
        }
    }

    /// <summary>Entries are decoded only when they are looked for, so a list is gone through once to know that it is sound.</summary>
    private static string? WhyUnreadable(ReadOnlyMemory<byte> der)
    {
        try
        {
            _ = CertificateRevocationList.Parse(der, "it").Revoked.Count();
            return null;
        }
        catch (MeshException e)
        {
            return e.Message;
        }
    }
}
