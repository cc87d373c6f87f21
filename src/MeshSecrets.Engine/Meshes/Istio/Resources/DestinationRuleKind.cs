using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>Istio's DestinationRule: clients have credentials, for all of a host, for one port or for a subset.</summary>
internal sealed class DestinationRuleKind() : ResourceKind(IstioGatewayKind.GroupName, "DestinationRule")
{
    private const string Effect = "Proxies that send to the host get no client certificate and no CA: their connections fail.";

    public override IEnumerable<SecretUse> FindUses(Manifest resource)
    {
        foreach ((string path, ManifestNode tls) in FindTls(resource))
        {
            if (CredentialReference.Parse(tls["credentialName"]) is { } reference)
            {
                foreach (SecretUse use in reference.ToUses(resource, $"{path}.credentialName", needsCa: true, Effect))
                {
                    yield return use;
                }
            }
        }
    }

    /// <summary>The <c>tls</c> blocks of a rule, at every level, with their places.</summary>
    internal static IEnumerable<(string Path, ManifestNode Tls)> FindTls(Manifest rule)
    {
        foreach ((string path, ManifestNode tls) in FindInPolicy("trafficPolicy", rule.Spec.Find("trafficPolicy")))
        {
            yield return (path, tls);
        }

        foreach (ManifestNode subset in rule.Spec.Find("subsets")?.Entries ?? [])
        {
            foreach ((string path, ManifestNode tls) in FindInPolicy($"subsets[{subset["name"]}].trafficPolicy", subset.Find("trafficPolicy")))
            {
                yield return (path, tls);
            }
        }
    }

    private static IEnumerable<(string Path, ManifestNode Tls)> FindInPolicy(string path, ManifestNode? policy)
    {
        if (policy?.Find("tls") is { } tls)
        {
            yield return ($"{path}.tls", tls);
        }

        foreach (ManifestNode port in policy?.Find("portLevelSettings")?.Entries ?? [])
        {
            if (port.Find("tls") is { } portTls)
            {
                yield return ($"{path}.portLevelSettings[{port.Find("port")?["number"]}].tls", portTls);
            }
        }
    }
}
