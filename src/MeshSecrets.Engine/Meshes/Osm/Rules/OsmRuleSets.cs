using System.Collections.Immutable;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Osm.Rules;

/// <summary>What OSM demands of its root, of certificates and of its resources, by version.</summary>
internal static class OsmRuleSets
{
    private static ImmutableArray<MeshRule> Shared { get; } =
    [
        BundleRules.CertificateKey,
        BundleRules.WithoutKey,
        BundleRules.Name,
        BundleRules.Namespace,
        BundleRules.Type,
        BundleRules.FinalNewline,
        RootRules.KeyLabel,
        RootRules.KeyIsRsa,
        RootRules.KeyPair,
        RootRules.IsAuthority,
        RootRules.KeyCertSign,
        RootRules.RootIncluded,
        RootRules.EndsSoon,
        RootRules.RsaSize,
        LeafRules.CommonName,
        LeafRules.NamesAgree,
        LeafRules.NameForm,
        LeafRules.KeyUsage,
        LeafRules.ExtendedKeyUsage,
        LeafRules.LifeOfService,
        VaultRules.Clamped,
        VaultRules.WholeHours,
        VaultRules.DurationForm,
    ];

    internal static RuleSet Osm06 { get; } = new("Osm06", "Open Service Mesh v0.6 to v1.0: root bundle with expiration, certificates, configuration",
    [
        BundleRules.Incomplete06,
        BundleRules.ExpirationForm06,
        BundleRules.ExpirationAgrees06,
        BundleRules.VaultDecade06,
        .. Shared,
        MeshRootCertificateRules.Unknown06,
    ]);

    internal static RuleSet Osm { get; } = new("Osm", "Open Service Mesh v1.1 and later: root bundle, MeshRootCertificates, certificates, configuration",
    [
        BundleRules.ExpirationUnused,
        .. Shared,
        MeshRootCertificateRules.Provider,
        MeshRootCertificateRules.ProviderFields,
        MeshRootCertificateRules.TrustDomain,
        MeshRootCertificateRules.Role,
        MeshRootCertificateRules.AtMostTwo,
        MeshRootCertificateRules.OneActive,
        MeshRootCertificateRules.SameRole,
        MeshRootCertificateRules.Immutable,
        MeshRootCertificateRules.RoleStep,
        MeshRootCertificateRules.SecretPresent,
        MeshRootCertificateRules.VaultProtocol,
    ])
    {
        Fits = subject => subject.Secret?.Id.Name == OsmNames.Bundle || subject.Resource?.Kind == "MeshRootCertificate",
    };
}
