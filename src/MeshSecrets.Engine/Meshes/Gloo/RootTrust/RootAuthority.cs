using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Gloo.RootTrust;

/// <summary>Who signs the authorities of the meshes.</summary>
public abstract record RootAuthority
{
    /// <summary>Whether each cluster's agent asks it, and the management plane has no key.</summary>
    public virtual bool OfAgents => false;

    internal abstract ManifestNode ToNode(bool firstGeneration);
}

/// <summary>A root that Gloo Mesh generates. For trying out: its key lies in the cluster, and nobody else has it.</summary>
/// <param name="TtlDays">How many days it lives.</param>
/// <param name="KeyBits">The size of its RSA key in bits; Gloo Mesh calls the field <c>rsaKeySizeBytes</c>.</param>
/// <param name="OrgName">Its organization.</param>
public sealed record GeneratedRoot(int? TtlDays, int? KeyBits, string? OrgName) : RootAuthority
{
    internal override ManifestNode ToNode(bool firstGeneration) => ManifestNode.Mapping(("generated", ManifestNode.Mapping(
        ("ttlDays", TtlDays is { } days ? ManifestNode.Number(days) : null),
        ("rsaKeySizeBytes", KeyBits is { } bits ? ManifestNode.Number(bits) : null),
        ("orgName", ManifestNode.String(OrgName)))));
}

/// <summary>A root of one's own in a secret.</summary>
/// <param name="Secret">The secret, in the form <c>GlooVirtualMesh</c>.</param>
public sealed record SecretRoot(SecretReference Secret) : RootAuthority
{
    internal override ManifestNode ToNode(bool firstGeneration) => ManifestNode.Mapping((firstGeneration ? "secret" : "secretRef", Secret.ToNode()));
}

/// <summary>Vault, which each cluster's agent asks.</summary>
/// <param name="Server">Its address.</param>
/// <param name="CaPath">Where an intermediate is signed: <c>pki/root/sign-intermediate</c>.</param>
/// <param name="CsrPath">Where an intermediate's key is made: <c>pki_int/intermediate/generate/exported</c>.</param>
/// <param name="TokenSecret">The secret with the token, or <see langword="null"/> to log in as a service account.</param>
/// <param name="KubernetesRole">The role of the service account, or <see langword="null"/>.</param>
public sealed record VaultRoot(string Server, string CaPath, string CsrPath, SecretReference? TokenSecret, string? KubernetesRole) : RootAuthority
{
    /// <inheritdoc/>
    public override bool OfAgents => true;

    internal override ManifestNode ToNode(bool firstGeneration) => ManifestNode.Mapping(("vault", ManifestNode.Mapping(
        ("caPath", ManifestNode.String(CaPath)),
        ("csrPath", ManifestNode.String(CsrPath)),
        ("server", ManifestNode.String(Server)),
        ("tokenSecretRef", TokenSecret?.ToNode()),
        ("kubernetesAuth", KubernetesRole is null ? null : ManifestNode.Mapping(("role", ManifestNode.String(KubernetesRole)))))));
}
