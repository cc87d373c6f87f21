using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Gloo.RootTrust;

/// <summary>VirtualMesh and RootTrustPolicy: the root that they sign with, those that are trusted beside it, and Vault's token.</summary>
internal sealed class RootTrustKind(string group, string kind) : ResourceKind(group, kind)
{
    private const string SigningEffect = "Gloo Mesh issues no intermediate authority any more; Istio's run out, and with them traffic between clusters.";

    public override IEnumerable<SecretUse> FindUses(Manifest resource)
    {
        RootTrustSettings settings = new(resource);
        if (settings.Secret is { } secret && secret["name"] is not null)
        {
            yield return Use(settings, $"spec.{settings.RootField}.{settings.SecretField}", secret, SigningEffect);
        }

        // Without an authority named, and with an empty one, Gloo Mesh generates one.
        if (settings is { IsPolicy: false, Generated: not null })
        {
            yield return new SecretUse(
                resource.ToString(), $"spec.{settings.RootField}.generated", settings.GeneratedSecretName, Mesh: null, Namespace: null,
                "Gloo Mesh generates another root, and until every workload has a certificate of it, clusters do not trust each other. Save it with Save-MeshCa before.", resource.Source);
        }

        if (settings.Vault?.Find("tokenSecretRef") is { } token && token["name"] is not null)
        {
            yield return Use(settings, $"spec.{settings.AgentField}.vault.tokenSecretRef", token, "The agents cannot log in to Vault, and istiod gets no authority.");
        }

        foreach (ManifestNode passive in settings.Passive.Where(passive => passive["name"] is not null))
        {
            yield return Use(settings, "spec.config.passiveCertificateAuthorities", passive, "Workloads with certificates of that root are trusted no more, though they may not have been renewed.");
        }
    }

    private static SecretUse Use(RootTrustSettings settings, string field, ManifestNode reference, string effect) =>
        new(settings.Resource.ToString(), field, reference["name"]!, Mesh: null, reference["namespace"] ?? settings.Resource.Namespace, effect, settings.Resource.Source);
}
