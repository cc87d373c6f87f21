using System.Collections.Immutable;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Kuma.Rules;

/// <summary>Kuma's rule sets, by version. A rule that versions share stands in the set of each.</summary>
internal static class KumaRuleSets
{
    /// <summary>What every version from 0.4 on demands of an authority.</summary>
    private static ImmutableArray<MeshRule> Authority =>
    [
        AuthorityRules.References, AuthorityRules.KeyPair, AuthorityRules.KeyPem, AuthorityRules.IsCa, AuthorityRules.KeyCertSign, AuthorityRules.KeyAgreement, AuthorityRules.Expired,
    ];

    /// <summary>Secrets, in every version; where the control plane stands differs between Kuma and Kong Mesh.</summary>
    internal static ImmutableArray<MeshRule> Secrets { get; } =
    [
        SecretRules.GlobalWithMesh, SecretRules.Empty, SecretRules.OtherKeys, SecretRules.Type,
        SecretRules.NameInTwoMeshes, SecretRules.NameInTwoUniversalMeshes, SecretRules.OtherMesh,
        TokenRules.SigningKeyScope, TokenRules.SigningKeySerial, TokenRules.SigningKeyForm, TokenRules.SigningKeySize,
        TokenRules.Revocations, TokenRules.TrailingNewline,
    ];

    /// <summary>The Mesh with backends, and what they are given.</summary>
    internal static ImmutableArray<MeshRule> Backends { get; } =
    [
        .. Authority, AuthorityRules.LeafUsages, AuthorityRules.ChainOrder, AuthorityRules.WorkloadOutlivesCa,
        Kuma04Rules.OldFields, MeshRules.MeshName, MeshRules.BackendNameTwice, MeshRules.EnabledBackend, MeshRules.NothingEnabled, MeshRules.SkipValidation, MeshRules.BuiltinName,
        BackendRules.ConfMisspelt, BackendRules.ProvidedConf, BackendRules.InlineKey, BackendRules.SecretMissing, BackendRules.SecretElsewhere,
        BackendRules.Expiration, BackendRules.CaExpiration, BackendRules.WorkloadOutlivesRoot, BackendRules.RsaBits, BackendRules.Mode, BackendRules.Permissive,
    ];

    internal static RuleSet Kuma04 { get; } = new(
        "Kuma04",
        "authorities, secrets and the Mesh of Kuma 0.4",
        [
            .. Authority, Kuma04Rules.SingleCertificate, Kuma04Rules.SelfSigned, Kuma04Rules.DigitalSignature, Kuma04Rules.KeyEncipherment, AuthorityRules.WorkloadOutlivesCa04,
            Kuma04Rules.Backends, Kuma04Rules.AuthorityMissing, Kuma04Rules.NotEnabled,
            .. Secrets, SecretRules.Namespace,
        ]);

    internal static RuleSet Kuma { get; } = new(
        "Kuma",
        "authorities, secrets and the Mesh of Kuma 1.3 to 2.x",
        [.. Backends, MeshRules.OneBackend, MeshRules.CaChanged, BackendRules.Type, .. Secrets, SecretRules.Namespace])
    {
        Fits = subject => KumaSubject.Fits(subject) && subject.Secret?.Id.Namespace != "kong-mesh-system",
    };

    internal static RuleSet Kuma3 { get; } = new(
        "Kuma3",
        "authorities, secrets, MeshIdentity and MeshTrust of Kuma 3",
        [
            .. Authority, AuthorityRules.LeafUsages, AuthorityRules.ChainOrder, AuthorityRules.WorkloadOutlivesCa3, IdentityRules.RootGiven,
            MeshRules.MtlsRemoved, MeshRules.MeshLabelName,
            IdentityRules.ProviderType, IdentityRules.BundledCa, IdentityRules.SelfSigned, IdentityRules.DataSources, IdentityRules.InlineKey,
            IdentityRules.NoSelector, IdentityRules.Expiry, IdentityRules.TrustDomain, IdentityRules.TrustBundle, IdentityRules.TrustExpired,
            .. Secrets, SecretRules.Namespace,
        ]);
}
