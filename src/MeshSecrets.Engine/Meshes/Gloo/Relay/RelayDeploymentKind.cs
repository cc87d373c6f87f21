using System.Collections.Immutable;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Gloo.Relay;

/// <summary>The deployments of Gloo Mesh's management plane and agents, which read the relay secrets by their fixed names.</summary>
internal sealed class RelayDeploymentKind() : ResourceKind("apps", "Deployment")
{
    private static readonly ImmutableArray<string> s_servers = ["enterprise-networking", "gloo-mesh-mgmt-server"];
    private static readonly ImmutableArray<string> s_agents = ["enterprise-agent", "gloo-mesh-agent"];

    public override bool Matches(Manifest manifest) =>
        base.Matches(manifest) && (s_servers.Contains(manifest.Name) || s_agents.Contains(manifest.Name));

    public override IEnumerable<SecretUse> FindUses(Manifest resource) => s_servers.Contains(resource.Name)
        ? [
            Use(resource, RelaySecretName.Server, "The management plane has no certificate, and no agent connects."),
            Use(resource, RelaySecretName.Signing, "New agents get no certificate, and those of the others are not renewed."),
            Use(resource, RelaySecretName.Token, "New agents are refused."),
        ]
        : [
            Use(resource, RelaySecretName.Client, "The agent asks for a certificate by its token; without both it is cut off from the management plane."),
            Use(resource, RelaySecretName.Root, "The agent does not trust the management plane, and is cut off."),
            Use(resource, RelaySecretName.Token, "The agent gets no certificate once its own has run out."),
        ];

    private static SecretUse Use(Manifest resource, string name, string effect) =>
        new(resource.ToString(), "relay", name, Mesh: null, resource.Namespace ?? RelaySecretName.Namespace, effect, resource.Source);
}
