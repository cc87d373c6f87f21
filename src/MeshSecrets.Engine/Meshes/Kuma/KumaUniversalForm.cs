using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kuma;

/// <summary>A secret of Kuma outside Kubernetes, as <c>kumactl</c> reads and writes it: <c>type: Secret</c> with a mesh, or <c>type: GlobalSecret</c>.</summary>
internal sealed class KumaUniversalForm : SecretForm
{
    private const string MeshKind = "Secret";
    private const string GlobalKind = "GlobalSecret";

    public override string Name => "KumaUniversal";

    public override string Description => "a Secret or GlobalSecret of Kuma outside Kubernetes, as kumactl has it";

    public override bool Recognizes(Manifest manifest) => manifest is { IsUniversal: true, Kind: MeshKind or GlobalKind };

    public override bool IsUsualFor(SecretMetadata metadata) => KumaSecret.IsKumas(metadata.Type) && metadata.Id.Namespace is null;

    public override Secret Read(Manifest manifest)
    {
        EnsureFields(manifest);
        ManifestValue.EnsureText(manifest, "mesh");
        ManifestValue.EnsureText(manifest, "name");
        string? mesh = ReadMesh(manifest);
        SecretMetadata metadata = new()
        {
            Id = new SecretId(manifest.Name, mesh),
            Type = mesh is null ? KumaSecret.GlobalType : KumaSecret.MeshType,
            Labels = manifest.Labels.Remove(KumaSecret.MeshLabel),
        };
        SecretData data = new();
        try
        {
            ManifestNode? value = manifest.Root.Find("data");
            data.Set(DataKey.Value, ManifestValue.FromBase64(value?.Text ?? "", Place(manifest, value), $"{manifest}, data"));
            KumaSecret.EnsureValue(data, manifest, "data");
            return new Secret(metadata, data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    public override Manifest Write(Secret secret, FormatTarget target)
    {
        string? mesh = KumaSecret.MeshOf(secret, target, Name);
        KumaSecret.EnsureOneValue(secret, Name);
        KumaSecret.EnsureValue(secret.GetData(), secret.Id, "data");
        if (!secret.Metadata.Annotations.IsEmpty)
        {
            IReadOnlyList<string> fields = CarriedFields.NamesOf(secret.Metadata.Annotations);
            throw fields.Count > 0
                ? FormatErrors.CannotCarry(Name, secret.Id, string.Join(", ", fields.Select(field => $"'{field}'")), "Only Kubernetes knows such fields: choose KumaKubernetes, or import the manifest without them.")
                : FormatErrors.CannotCarry(Name, secret.Id, $"the annotation '{secret.Metadata.Annotations.Keys.First()}'", "Kuma outside Kubernetes has labels only: turn it into one, or remove it.");
        }

        ManifestNode root = ManifestNode.Mapping(
            ("type", ManifestNode.String(mesh is null ? GlobalKind : MeshKind)),
            ("mesh", ManifestNode.String(mesh)),
            ("name", ManifestNode.String(target.Name ?? secret.Id.Name)),
            ("labels", Labels(KumaSecret.WithoutMeshLabel(secret.Metadata, target))),
            ("data", ManifestNode.Base64(secret.GetData().GetValue(DataKey.Value))));
        return new Manifest(root, secret.Id.ToString());
    }

    public override Manifest WriteResource(Manifest resource, FormatTarget target) => KumaResource.ToUniversal(resource, target);

    /// <summary>A field that is misspelt would be lost silently.</summary>
    private static void EnsureFields(Manifest manifest)
    {
        foreach ((string field, ManifestNode value) in manifest.Root.Fields)
        {
            // The last four are the server's, who sets them anew.
            if (field is not ("type" or "mesh" or "name" or "labels" or "data" or "creationTime" or "modificationTime" or "kri" or "status"))
            {
                throw KumaErrors.FieldUnknown(manifest, field, Place(manifest, value));
            }

            if (field is "labels")
            {
                EnsureTexts(manifest, value);
            }
            else if (field is "type" or "mesh" or "name" or "data" && value.Kind != ManifestNodeKind.Scalar)
            {
                throw ManifestErrors.ValueNotText(Place(manifest, value), $"{manifest}, {field}");
            }
        }
    }

    private static void EnsureTexts(Manifest manifest, ManifestNode labels)
    {
        if (labels is { Kind: ManifestNodeKind.Sequence } or { Kind: ManifestNodeKind.Scalar, Text: not null })
        {
            throw ManifestErrors.Invalid(Place(manifest, labels), $"{manifest}: 'labels' must be a mapping of names to texts");
        }

        foreach ((string label, ManifestNode value) in labels.Fields)
        {
            if (value.Text is not { } text || (!value.IsString && !ScalarText.IsString(text)))
            {
                throw ManifestErrors.ValueNotText(Place(manifest, value), $"{manifest}, label '{label}'");
            }
        }
    }

    private static string? ReadMesh(Manifest manifest)
    {
        string? mesh = manifest.Mesh;
        string? label = manifest.Labels.GetValueOrDefault(KumaSecret.MeshLabel);
        if (manifest.Kind == GlobalKind)
        {
            return string.IsNullOrEmpty(mesh ?? label) ? null : throw KumaErrors.GlobalSecretWithMesh(manifest, mesh ?? label!);
        }

        mesh = string.IsNullOrEmpty(mesh) ? SecretId.DefaultMesh : mesh;
        return label is null || label == mesh ? mesh : throw KumaErrors.MeshDiffers(manifest, mesh, label);
    }

    private static SourcePlace Place(Manifest manifest, ManifestNode? node) => new(manifest.Source, node?.Line ?? 0, node?.Column ?? 0);

    private static ManifestNode? Labels(SecretMetadata metadata)
    {
        if (metadata.Labels.IsEmpty)
        {
            return null;
        }

        ManifestNode labels = ManifestNode.Mapping();
        foreach ((string key, string value) in metadata.Labels)
        {
            labels.Set(key, ManifestNode.String(value));
        }

        return labels;
    }
}
