using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>Istio's Gateway: its servers have credentials.</summary>
internal sealed class IstioGatewayKind() : ResourceKind(GroupName, "Gateway")
{
    internal const string GroupName = "networking.istio.io";

    private const string Effect = "The gateway's listener gets no certificate: connections to its hosts are refused.";

    public override IEnumerable<SecretUse> FindUses(Manifest resource)
    {
        foreach (GatewayServer server in GatewayServer.Of(resource))
        {
            foreach ((string field, CredentialReference reference) in server.Credentials)
            {
                foreach (SecretUse use in reference.ToUses(resource, field, server.AsksForClients, Effect))
                {
                    yield return use;
                }
            }
        }
    }
}
