using MeshSecrets.Certificates;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Osm.Rules;

/// <summary>What the rules of this folder ask again and again.</summary>
internal static class OsmSubject
{
    /// <summary>The values of a subject that is meant as OSM's root bundle; <see langword="null"/> for any other subject.</summary>
    internal static SecretData? BundleOf(RuleSubject subject)
    {
        if (subject.Secret is not { } secret || secret.Metadata.Type is SecretType.Tls or SecretType.CertificateAuthority)
        {
            return null;
        }

        SecretData data = secret.GetData();
        bool isNamed = secret.Id.Name == OsmNames.Bundle;
        bool hasKeys = data.TryGetValue(DataKey.TrustBundle, out _) && (data.TryGetValue(OsmNames.PrivateKey, out _) || data.TryGetValue(OsmNames.Expiration, out _));
        return isNamed || hasKeys ? data : null;
    }

    /// <summary>A rule about root bundles.</summary>
    internal static Func<RuleSubject, string?> Bundle(Func<SecretData, RuleSubject, string?> find) =>
        subject => BundleOf(subject) is { } data ? find(data, subject) : null;

    /// <summary>The certificate with which OSM signs, if the subject is its root.</summary>
    internal static CertificateInfo? RootOf(RuleSubject subject) =>
        BundleOf(subject) is not null ? subject.Certificate ?? subject.Roots.FirstOrDefault()
        : subject.Certificate is { IsCa: true } authority ? authority
        : null;

    /// <summary>A rule about OSM's root.</summary>
    internal static Func<RuleSubject, string?> Root(Func<CertificateInfo, RuleSubject, string?> find) =>
        subject => RootOf(subject) is { } root ? find(root, subject) : null;

    /// <summary>A rule about a certificate that OSM issued.</summary>
    internal static Func<RuleSubject, string?> Leaf(Func<CertificateInfo, RuleSubject, string?> find) =>
        subject => BundleOf(subject) is null && subject.Certificate is { IsCa: false } leaf ? find(leaf, subject) : null;

    /// <summary>What the names of services end with, as far as it is known.</summary>
    internal static string TrustDomainOf(RuleSubject subject) => subject.Context.TrustDomain ?? OsmNames.TrustDomain;

    /// <summary>The kind of a leaf by its name.</summary>
    internal static OsmCertificateKind? KindOf(CertificateInfo leaf, RuleSubject subject) =>
        (leaf.Names.DnsNames.FirstOrDefault() ?? leaf.Subject.CommonName) is { } name ? OsmCertificateKind.OfName(name, TrustDomainOf(subject)) : null;

    /// <summary>The life of a certificate, without the minute that issuers date it back.</summary>
    internal static TimeSpan LifeOf(CertificateInfo certificate) => certificate.NotAfter - certificate.NotBefore;
}
