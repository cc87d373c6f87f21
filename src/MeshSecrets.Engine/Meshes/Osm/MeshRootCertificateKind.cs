using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Osm;

/// <summary>MeshRootCertificate: refers to the root's secret, or to the one with Vault's token.</summary>
internal sealed class MeshRootCertificateKind() : ResourceKind(MeshRootCertificate.Group, MeshRootCertificate.Kind)
{
    public override IEnumerable<SecretUse> FindUses(Manifest resource)
    {
        bool inUse = resource.Spec["role"] is not "inactive";
        if (resource.Spec.Find("provider", "tresor", "ca", "secretRef") is { } root && root["name"] is { Length: > 0 })
        {
            yield return Use(resource, "spec.provider.tresor.ca.secretRef", root, inUse
                ? "OSM cannot load the root any more: it neither signs nor validates with it, and no pod gets a certificate."
                : "The root cannot be made passive or active again.");
        }

        if (resource.Spec.Find("provider", "vault", "token", "secretKeyRef") is { } token && token["name"] is { Length: > 0 })
        {
            yield return Use(resource, "spec.provider.vault.token.secretKeyRef", token, inUse
                ? "OSM cannot log in to Vault any more: no certificate is issued or renewed."
                : "The root cannot be made passive or active again.");
        }
    }

    private static SecretUse Use(Manifest resource, string field, ManifestNode reference, string effect) => new(
        resource.ToString(),
        field,
        reference["name"]!,
        Mesh: null,
        reference["namespace"] ?? resource.Namespace,
        effect,
        resource.Source);
}
