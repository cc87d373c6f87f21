using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Meshes.Rules;

namespace MeshSecrets.Meshes.Osm.Rules;

/// <summary>Rules of OSM's validator about MeshRootCertificates, each alone and several together.</summary>
internal static class MeshRootCertificateRules
{
    private const string Validator = "openservicemesh/osm pkg/validator/validators.go";

    internal static MeshRule Provider { get; } = new(
        "OsmMrcProvider",
        RuleSeverity.Error,
        "OSM refuses it: 'must provide at least one provider for MRC'; of several it takes the first, whichever was meant.",
        "Give exactly one of tresor, vault and certManager: New-MeshRootCertificate.",
        $"{Validator} (validateMRCProvider)",
        Of((root, _) => (root.Spec.Find("provider")?.Fields.Count ?? 0) switch
        {
            0 => "has no provider",
            1 => root.Spec.Find("provider")!.Fields.First().Key is "tresor" or "vault" or "certManager" ? null : $"has the provider '{root.Spec.Find("provider")!.Fields.First().Key}', which OSM does not know",
            _ => $"has several providers: {string.Join(", ", root.Spec.Find("provider")!.Fields.Select(field => field.Key))}",
        }));

    internal static MeshRule ProviderFields { get; } = new(
        "OsmMrcProviderFields",
        RuleSeverity.Error,
        "OSM refuses it: '… cannot be set to empty strings for MRC'.",
        "Fill the fields in: New-MeshRootCertificate demands them all.",
        $"{Validator} (validateMRCProvider)",
        Of((root, _) => Required(root).Where(path => root.Spec.Find(path)?.Text is not { Length: > 0 }).Select(path => string.Join('.', path)).ToArray() is { Length: > 0 } empty
            ? $"lacks {string.Join(", ", empty)}"
            : null));

    internal static MeshRule TrustDomain { get; } = new(
        "OsmMrcTrustDomain",
        RuleSeverity.Error,
        "OSM refuses it: 'trustDomain must be non empty for MRC'.",
        "Set spec.trustDomain, as cluster.local: New-MeshRootCertificate -TrustDomain.",
        $"{Validator} (validateMRCOnCreate)",
        Of((root, _) => root.Spec["trustDomain"] is { Length: > 0 } ? null : "has no trustDomain"));

    internal static MeshRule Role { get; } = new(
        "OsmMrcRole",
        RuleSeverity.Error,
        "OSM refuses it: 'cannot create MRC … Invalid value'.",
        "Set spec.role to active, passive or inactive, in small letters.",
        $"{Validator} (validateMRCOnCreate)",
        Of((root, _) => RoleOf(root) is "active" or "passive" or "inactive" ? null : $"has the role '{RoleOf(root)}'"));

    internal static MeshRule AtMostTwo { get; } = new(
        "OsmMrcTooMany",
        RuleSeverity.Error,
        "OSM refuses the third: 'cannot create MRC … while rotation is in progress'. It trusts two roots at most.",
        "Make one of them inactive first, and wait until no proxy has certificates of it.",
        $"{Validator}; pkg/certificate/mrc_reconciler.go (ErrNumMRCExceedsMaxSupported)",
        Of((root, all) => IsInUse(root) && all.Where(IsInUse).ToArray() is { Length: > 2 } used ? $"is one of {used.Length} in use: {string.Join(", ", used.Select(other => $"{other.Name} {RoleOf(other)}"))}" : null));

    internal static MeshRule OneActive { get; } = new(
        "OsmMrcNoneActive",
        RuleSeverity.Error,
        "OSM refuses the set, since nobody would sign: 'expected MRC with active role'.",
        "Make one of them active: passive first, then active.",
        "openservicemesh/osm pkg/certificate/mrc_reconciler.go (ValidateMRCCombination)",
        Of((root, all) => IsInUse(root) && !all.Any(other => RoleOf(other) == "active") ? "is passive, and none is active" : null));

    internal static MeshRule SameRole { get; } = new(
        "OsmMrcSameRole",
        RuleSeverity.Warning,
        "OSM refuses to create a second one of the same role; two that became active by updates are allowed for the moment of a change, and which of them signs is left to chance.",
        "Move the old one on to passive.",
        $"{Validator} (mrcWithMatchingRoleExists)",
        Of((root, all) => IsInUse(root) && all.FirstOrDefault(other => IsOther(root, other) && RoleOf(other) == RoleOf(root)) is { } same ? $"is {RoleOf(root)}, and so is {same.Name}" : null));

    internal static MeshRule Immutable { get; } = new(
        "OsmMrcImmutable",
        RuleSeverity.Error,
        "OSM refuses the update: 'cannot update certificate provider settings', 'cannot update trust domain', 'cannot update SpiffeEnabled'.",
        "Make a new MeshRootCertificate with another name, and change roots by the roles of both.",
        $"{Validator} (validateMRCOnUpdate)",
        Of((root, all) => all.Where(other => IsSame(root, other)).Select(other => Changed(root, other)).FirstOrDefault(changed => changed.Length > 0) is { } fields ? $"differs from another of the same name in {fields}" : null));

    internal static MeshRule RoleStep { get; } = new(
        "OsmMrcRoleStep",
        RuleSeverity.Error,
        "OSM refuses the update: 'cannot move an Active to Inactive', 'cannot move an Inactive to Active'. Proxies would lose trust in what others still show.",
        "Go by way of passive, and wait until every proxy has the change.",
        $"{Validator} (validateMRCOnUpdate)",
        Of((root, all) => all.Any(other => IsSame(root, other) && (RoleOf(root), RoleOf(other)) is ("active", "inactive") or ("inactive", "active")) ? "is active in one place and inactive in another" : null));

    internal static MeshRule SecretPresent { get; } = new(
        "OsmMrcSecret",
        RuleSeverity.Warning,
        "OSM cannot load the root, or cannot log in to Vault: it refuses to start, or goes on with the old root alone.",
        "Write the secret first: Export-MeshCaBundle -Format OsmCaBundle -IncludePrivateKey with -TargetName and -TargetNamespace of the reference.",
        "openservicemesh/osm pkg/certificate/castorage/k8s/k8s.go",
        subject => IsRoot(subject.Resource) && subject.Context.Others.HaveSecrets
            ? new MeshRootCertificateKind().FindUses(subject.Resource!)
                .Where(use => !subject.Context.Others.SecretsNamed(use.SecretName).Any(other => use.Means(other.Secret!.Id)))
                .Select(use => $"refers to the secret {use.Namespace}/{use.SecretName}, which is not among what is judged")
            : []);

    internal static MeshRule VaultProtocol { get; } = new(
        "OsmMrcVaultHttp",
        RuleSeverity.Warning,
        "Vault's token and every private key that Vault makes for the mesh go over the network in clear.",
        "Set protocol to https: New-MeshRootCertificate -VaultProtocol https.",
        "openservicemesh/osm pkg/certificate/providers/config.go (Vault's address)",
        Of((root, _) => root.Spec.Find("provider", "vault")?["protocol"] == "http" ? "reaches Vault by http" : null));

    internal static MeshRule Unknown06 { get; } = new(
        "Osm06MrcUnknown",
        RuleSeverity.Error,
        "OSM v0.6 has no such resource, and the API server refuses it: 'no matches for kind'. Its root is what stands in osm-ca-bundle, or what its flags name.",
        "Configure v0.6 with New-MeshOsmConfiguration -For Osm06 and Export-MeshCaBundle -Format Osm06CaBundle.",
        "openservicemesh/osm v0.6.0 charts/osm/crds",
        Of((_, _) => "is a MeshRootCertificate"));

    private static Func<RuleSubject, string?> Of(Func<Manifest, IReadOnlyList<Manifest>, string?> find) => subject =>
        IsRoot(subject.Resource)
            ? find(subject.Resource!, [subject.Resource!, .. subject.Context.Resources.Where(other => IsRoot(other) && !ReferenceEquals(other.Root, subject.Resource!.Root))])
            : null;

    private static bool IsRoot(Manifest? resource) => resource is { Kind: MeshRootCertificate.Kind, ApiGroup: MeshRootCertificate.Group };

    private static string RoleOf(Manifest root) => root.Spec["role"] ?? "";

    private static bool IsInUse(Manifest root) => RoleOf(root) is "active" or "passive";

    private static bool IsOther(Manifest root, Manifest other) => root.Name != other.Name;

    private static bool IsSame(Manifest root, Manifest other) => !ReferenceEquals(root.Root, other.Root) && root.Name == other.Name && root.Namespace == other.Namespace;

    private static string Changed(Manifest root, Manifest other) => string.Join(", ", new[]
    {
        (Field: "provider", Same: AreEqual(root.Spec.Find("provider"), other.Spec.Find("provider"))),
        (Field: "trustDomain", Same: root.Spec["trustDomain"] == other.Spec["trustDomain"]),
        (Field: "spiffeEnabled", Same: (root.Spec["spiffeEnabled"] ?? "false") == (other.Spec["spiffeEnabled"] ?? "false")),
    }.Where(each => !each.Same).Select(each => each.Field));

    private static bool AreEqual(ManifestNode? left, ManifestNode? right) =>
        left is null || right is null
            ? ReferenceEquals(left, right)
            : left.Text == right.Text
                && left.Fields.Count == right.Fields.Count
                && left.Fields.All(field => AreEqual(field.Value, right.Find(field.Key)));

    private static string[][] Required(Manifest root) => root.Spec.Find("provider")?.Fields.Select(field => field.Key).FirstOrDefault() switch
    {
        "tresor" => [["provider", "tresor", "ca", "secretRef", "name"], ["provider", "tresor", "ca", "secretRef", "namespace"]],
        "vault" =>
        [
            ["provider", "vault", "host"],
            ["provider", "vault", "protocol"],
            ["provider", "vault", "role"],
            ["provider", "vault", "token", "secretKeyRef", "name"],
            ["provider", "vault", "token", "secretKeyRef", "key"],
            ["provider", "vault", "token", "secretKeyRef", "namespace"],
        ],
        "certManager" => [["provider", "certManager", "issuerName"], ["provider", "certManager", "issuerKind"], ["provider", "certManager", "issuerGroup"]],
        _ => [],
    };
}
