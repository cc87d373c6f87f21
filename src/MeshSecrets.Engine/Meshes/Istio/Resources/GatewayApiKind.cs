using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Istio.Resources;

/// <summary>The Gateway of Kubernetes' Gateway API, which Istio serves too: its listeners refer to TLS keys.</summary>
internal sealed class GatewayApiKind() : ResourceKind("gateway.networking.k8s.io", "Gateway")
{
    public override IEnumerable<SecretUse> FindUses(Manifest resource) =>
        from listener in resource.Spec.Find("listeners")?.Entries ?? []
        from reference in listener.Find("tls", "certificateRefs")?.Entries ?? []
        where reference["name"] is { Length: > 0 } && reference["kind"] is null or "Secret" && reference["group"] is null or ""
        select new SecretUse(
            resource.ToString(),
            $"listeners[{listener["name"]}].tls.certificateRefs",
            reference["name"]!,
            Mesh: null,
            reference["namespace"] ?? resource.Namespace,
            "The listener gets no certificate: it is not programmed, and connections to it are refused.",
            resource.Source);
}
