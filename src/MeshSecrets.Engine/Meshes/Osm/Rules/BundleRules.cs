using MeshSecrets.Certificates;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;
using static MeshSecrets.Meshes.Osm.Rules.OsmSubject;

namespace MeshSecrets.Meshes.Osm.Rules;

/// <summary>Rules about the secret with OSM's root: its keys, its name, its form.</summary>
internal static class BundleRules
{
    private const string Loader = "openservicemesh/osm pkg/certificate/castorage/k8s/k8s.go";
    private const string Loader06 = "openservicemesh/osm v0.6.0 cmd/osm-controller/certificates.go";

    internal static MeshRule CertificateKey { get; } = new(
        "OsmBundleCaCrt",
        RuleSeverity.Error,
        "OSM does not start: 'does not have required field \"ca.crt\"'.",
        "Make the secret anew with Export-MeshCaBundle -Format OsmCaBundle, or with kubectl create secret generic osm-ca-bundle --from-file ca.crt (the guide's --from-file ca.tls names it wrongly).",
        Loader,
        Bundle((data, subject) => data.TryGetValue(DataKey.TrustBundle, out ReadOnlyMemory<byte> value) && !value.IsEmpty
            ? null
            : $"has no '{DataKey.TrustBundle}', only: {string.Join(", ", data.Keys)}"));

    internal static MeshRule WithoutKey { get; } = new(
        "OsmBundleWithoutKey",
        RuleSeverity.Advice,
        "Right for Vault and cert-manager, which sign elsewhere; with OSM's own issuer (tresor) it does not start: 'does not have required field \"private.key\"'.",
        "Export the bundle with -IncludePrivateKey if OSM shall sign itself.",
        Loader,
        Bundle((data, subject) => data.TryGetValue(OsmNames.PrivateKey, out _) || data.TryGetValue(OsmNames.Expiration, out _) ? null : "has no 'private.key'"));

    internal static MeshRule Incomplete06 { get; } = new(
        "Osm06BundleIncomplete",
        RuleSeverity.Error,
        "OSM v0.6 demands all three keys, and ends with errInvalidCertSecret.",
        "Export the bundle with Export-MeshCaBundle -Format Osm06CaBundle -IncludePrivateKey.",
        Loader06,
        Bundle((data, subject) => (data.TryGetValue(OsmNames.PrivateKey, out _), data.TryGetValue(OsmNames.Expiration, out _)) switch
        {
            (true, false) => "has 'private.key' and no 'expiration'",
            (false, true) => "has 'expiration' and no 'private.key'",
            _ => null,
        }));

    internal static MeshRule ExpirationForm06 { get; } = new(
        "Osm06BundleExpirationForm",
        RuleSeverity.Error,
        "OSM v0.6 does not start: 'Error parsing CA expiration'. Its layout is 2006-01-02T15:04:05.000Z, with three decimals and a Z.",
        "Export the bundle with Export-MeshCaBundle -Format Osm06CaBundle, which writes it from the certificate.",
        "openservicemesh/osm v0.6.0 pkg/constants/constants.go (TimeDateLayout)",
        Bundle((data, subject) => data.TryGetValue(OsmNames.Expiration, out ReadOnlyMemory<byte> value) && OsmExpiration.TryParse(value.Span) is null
            ? $"has an 'expiration' of {value.Length} characters that is no such time"
            : null));

    internal static MeshRule ExpirationAgrees06 { get; } = new(
        "Osm06BundleExpirationDiffers",
        RuleSeverity.Warning,
        "OSM v0.6 goes by this value and never looks into the certificate: too late, and proxies refuse what it signs; too early, and it says a sound root has ended.",
        "Export the bundle with Export-MeshCaBundle -Format Osm06CaBundle, which writes it from the certificate.",
        Loader06,
        Bundle((data, subject) => Expiration(data) is { } expiration && RootOf(subject) is { } root && !OsmExpiration.Agrees(expiration, root.NotAfter)
            ? $"says {expiration:u} where the certificate ends at {root.NotAfter:u}"
            : null));

    internal static MeshRule ExpirationUnused { get; } = new(
        "OsmBundleExpirationUnused",
        RuleSeverity.Advice,
        "OSM v1.1 and later does not read it and goes by the certificate.",
        "Leave it for a mesh that may go back to v1.0 or earlier; else export with Export-MeshCaBundle -Format OsmCaBundle.",
        "https://github.com/openservicemesh/osm/pull/4472",
        Bundle((data, subject) => data.TryGetValue(OsmNames.Expiration, out _) ? "has an 'expiration'" : null));

    internal static MeshRule Name { get; } = new(
        "OsmBundleName",
        RuleSeverity.Advice,
        "OSM looks for osm-ca-bundle, does not find it, and makes a root of its own.",
        "Set osm.caBundleSecretName (--ca-bundle-secret-name) to the name, or refer to it in a MeshRootCertificate: New-MeshOsmConfiguration, New-MeshRootCertificate.",
        Loader06,
        Bundle((_, subject) => subject.Secret!.Id.Name != OsmNames.Bundle && !IsReferred(subject) ? $"has the name '{subject.Secret.Id.Name}'" : null));

    internal static MeshRule Namespace { get; } = new(
        "OsmBundleNamespace",
        RuleSeverity.Warning,
        "OSM reads the bundle in its own namespace only (osm-system, where nobody chose another), and otherwise makes a root of its own.",
        "Export it with -TargetNamespace set to the namespace of OSM's control plane.",
        Loader06,
        Bundle((_, subject) => subject.Secret!.Id.Namespace != OsmNames.Namespace && !IsReferred(subject)
            ? $"stands in {(subject.Secret.Id.Namespace is { } ns ? $"the namespace '{ns}'" : "no namespace")}"
            : null));

    internal static MeshRule Type { get; } = new(
        "OsmBundleType",
        RuleSeverity.Warning,
        "OSM documents the bundle as Opaque; tools that go by the type pass it over.",
        "Make it anew as Opaque: the type of a secret never changes.",
        "OSM's guide to certificates (root certificate)",
        Bundle((_, subject) => subject.Secret!.Metadata.Type != SecretType.Opaque ? $"is of the type {subject.Secret.Metadata.Type}" : null));

    internal static MeshRule FinalNewline { get; } = new(
        "OsmPemFinalNewline",
        RuleSeverity.Warning,
        "OSM joins the roots of two issuers during a change of roots; without a newline between, END and BEGIN share a line and no proxy reads the second. Vault answers without one.",
        "Add a newline after the last line, or export it anew with Export-MeshCaBundle -Format OsmCaBundle.",
        "openservicemesh/osm pkg/certificate/providers/vault/certificate_manager.go (newCert)",
        Bundle((data, subject) => data.TryGetValue(DataKey.TrustBundle, out ReadOnlyMemory<byte> value) && !value.IsEmpty && value.Span[^1] != (byte)'\n'
            ? $"has a '{DataKey.TrustBundle}' that ends without a newline"
            : null));

    internal static MeshRule VaultDecade06 { get; } = new(
        "Osm06VaultDecade",
        RuleSeverity.Warning,
        "The Vault issuer of OSM v0.6 takes 8765 hours for a decade, which is one year: it records the root as ended long before it does.",
        "Go by the certificate's own end (Get-MeshCertificate), and write the bundle with Export-MeshCaBundle -Format Osm06CaBundle.",
        "openservicemesh/osm v0.6.0 pkg/certificate/providers/vault/certificate_manager.go (decade = 8765 * time.Hour)",
        Bundle((data, subject) => !data.TryGetValue(OsmNames.PrivateKey, out _) && Expiration(data) is { } expiration && RootOf(subject) is { } root && expiration + TimeSpan.FromDays(1) < root.NotAfter
            ? $"is recorded until {expiration:u} without a private key, as with Vault, and ends at {root.NotAfter:u}"
            : null));

    private static DateTimeOffset? Expiration(SecretData data) =>
        data.TryGetValue(OsmNames.Expiration, out ReadOnlyMemory<byte> value) ? OsmExpiration.TryParse(value.Span) : null;

    private static bool IsReferred(RuleSubject subject)
    {
        MeshRootCertificateKind kind = new();
        return subject.Context.Resources.Where(kind.Matches).SelectMany(kind.FindUses).Any(use => use.Means(subject.Secret!.Id));
    }
}
