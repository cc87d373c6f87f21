using System.Collections.Immutable;
using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kubernetes;

/// <summary>A Secret of Kubernetes (core v1) of any type.</summary>
internal sealed class KubernetesSecretForm : SecretForm
{
    /// <summary>Where a secret stands that has no namespace, as kubectl has it.</summary>
    private const string DefaultNamespace = "default";

    public override string Name => "Kubernetes";

    public override string Description => "a Secret of Kubernetes";

    public override bool Recognizes(Manifest manifest) => manifest.Kind == "Secret" && manifest.ApiVersion == "v1";

    public override bool IsUsualFor(SecretMetadata metadata) => true;

    public override Secret Read(Manifest manifest)
    {
        SecretData data = new();
        try
        {
            ReadValues(manifest, "data", encoded: true, data);
            ReadValues(manifest, "stringData", encoded: false, data); // The API server lets it win, too.
            SecretMetadata metadata = new()
            {
                Id = new SecretId(manifest.Name, mesh: null, manifest.Namespace ?? DefaultNamespace),
                Type = manifest.Root["type"] ?? SecretType.Opaque,
                Labels = manifest.Labels,
                Annotations = manifest.Annotations,
            };
            return new Secret(TlsKeySecret.Describe(metadata, data), data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    public override Manifest Write(Secret secret, FormatTarget target)
    {
        ImmutableSortedDictionary<string, string> labels = secret.Metadata.Labels.SetItems(target.Labels);
        Manifest manifest = Manifest.Create("v1", "Secret", target.Name ?? secret.Id.Name, target.Namespace ?? secret.Id.Namespace, labels, secret.Metadata.Annotations);
        ManifestNode data = ManifestNode.Mapping();
        foreach (string key in secret.GetData().Keys)
        {
            data.Set(key, ManifestNode.Base64(secret.GetData().GetValue(key)));
        }

        manifest.Root.Set("data", data);
        manifest.Root.Set("type", ManifestNode.String(secret.Metadata.Type));
        return manifest;
    }

    private static void ReadValues(Manifest manifest, string section, bool encoded, SecretData data)
    {
        foreach ((string key, ManifestNode value) in manifest.Root.Find(section)?.Fields ?? [])
        {
            string field = $"{manifest}, {key}";
            string text = value.Text ?? "";
            data.Set(key, encoded ? ManifestValue.FromBase64(text, new SourcePlace(manifest.Source, value.Line, value.Column), field) : Encoding.UTF8.GetBytes(text));
        }
    }
}
