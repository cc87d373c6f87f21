using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kuma;

/// <summary>
/// A secret of Kuma on Kubernetes: a Secret in the control plane's namespace, told apart by its type, its mesh named by
/// a label, its value in <c>data.value</c> (Kuma, <c>secret_validator.go</c>).
/// </summary>
/// <param name="name">The form's name.</param>
/// <param name="system">The control plane's usual namespace.</param>
internal sealed class KumaKubernetesForm(string name, string system) : SecretForm
{
    private static readonly KubernetesSecretForm s_general = new();

    public override string Name => name;

    public override string Description => $"a Secret of Kubernetes in {system} that the control plane takes for its own";

    public override bool Recognizes(Manifest manifest) =>
        s_general.Recognizes(manifest) && KumaSecret.IsKumas(manifest.Root["type"]);

    public override bool IsUsualFor(SecretMetadata metadata) => KumaSecret.IsKumas(metadata.Type) && metadata.Id.Namespace is not null;

    public override Secret Read(Manifest manifest)
    {
        Secret secret = s_general.Read(manifest);
        try
        {
            KumaSecret.EnsureValue(secret.GetData(), manifest, "data.value");
            SecretMetadata metadata = KumaSecret.WithoutMeshLabel(secret.Metadata, FormatTarget.Default) with
            {
                Id = new SecretId(manifest.Name, ReadMesh(manifest), manifest.Namespace ?? system),
            };
            return new Secret(metadata, secret.GetData());
        }
        catch
        {
            secret.Dispose();
            throw;
        }
    }

    public override Manifest Write(Secret secret, FormatTarget target)
    {
        string? mesh = KumaSecret.MeshOf(secret, target, Name);
        if (secret.Metadata.Type == SecretType.Opaque)
        {
            KumaSecret.EnsureOneValue(secret, Name);
        }

        KumaSecret.EnsureValue(secret.GetData(), secret.Id, "data.value");
        SecretMetadata metadata = KumaSecret.WithoutMeshLabel(secret.Metadata, target);
        metadata = metadata with
        {
            Id = new SecretId(target.Name ?? secret.Id.Name, mesh: null, target.Namespace ?? secret.Id.Namespace ?? system),
            Type = mesh is null ? KumaSecret.GlobalType : KumaSecret.MeshType,
            Labels = mesh is null ? metadata.Labels : metadata.Labels.SetItem(KumaSecret.MeshLabel, mesh),
        };

        // Not disposed, for the values stay the caller's.
        return s_general.Write(new Secret(metadata, secret.GetData()), FormatTarget.Default);
    }

    public override Manifest WriteResource(Manifest resource, FormatTarget target) => KumaResource.ToKubernetes(resource, target, Name, system);

    private static string? ReadMesh(Manifest manifest)
    {
        string? mesh = manifest.Mesh;
        if (manifest.Root["type"] == KumaSecret.GlobalType)
        {
            return mesh is null ? null : throw KumaErrors.GlobalSecretWithMesh(manifest, mesh);
        }

        return string.IsNullOrEmpty(mesh) ? SecretId.DefaultMesh : mesh;
    }
}
