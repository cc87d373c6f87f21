using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Gloo.Relay;

/// <summary>
/// A relay secret as the cluster wants it: without the cluster's name behind its own, by which a store tells those of
/// several clusters apart. The label stays, so that reading it again finds the cluster.
/// </summary>
internal sealed class RelaySecretForm : SecretForm
{
    private readonly KubernetesSecretForm _kubernetes = new();

    public override string Name => "GlooRelay";

    public override string Description => "a relay secret of Gloo Mesh under the name that its cluster wants";

    public override bool Recognizes(Manifest manifest) =>
        _kubernetes.Recognizes(manifest)
        && RelaySecretName.TryParse(manifest.Name) == manifest.Name
        && manifest.Labels.ContainsKey(RelaySecretName.ClusterLabel);

    public override Secret Read(Manifest manifest)
    {
        Secret secret = _kubernetes.Read(manifest);
        try
        {
            string stored = RelaySecretName.Of(secret.Id.Name, secret.Metadata.Labels[RelaySecretName.ClusterLabel]);
            SecretMetadata metadata = secret.Metadata with { Id = new SecretId(stored, secret.Id.Mesh, secret.Id.Namespace) };
            return new Secret(metadata, secret.GetData());
        }
        catch
        {
            secret.Dispose();
            throw;
        }
    }

    public override bool IsUsualFor(SecretMetadata metadata) => NameInCluster(metadata) is not null;

    /// <summary>What is of no single cluster is written as it is.</summary>
    public override Manifest Write(Secret secret, FormatTarget target) =>
        _kubernetes.Write(secret, target with { Name = target.Name ?? NameInCluster(secret.Metadata) });

    private static string? NameInCluster(SecretMetadata metadata) =>
        metadata.Labels.TryGetValue(RelaySecretName.ClusterLabel, out string? cluster)
        && RelaySecretName.TryParse(metadata.Id.Name) is { } name
        && metadata.Id.Name == RelaySecretName.Of(name, cluster)
            ? name
            : null;
}
