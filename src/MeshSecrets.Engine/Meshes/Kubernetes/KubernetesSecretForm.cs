using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kubernetes;

/// <summary>
/// A Secret of Kubernetes (core v1) of any type. What the API server would refuse is refused; what a secret has no place
/// for is carried along (<see cref="CarriedFields"/>).
/// </summary>
internal sealed class KubernetesSecretForm : SecretForm
{
    /// <summary>Where a secret stands that has no namespace, as kubectl has it.</summary>
    private const string DefaultNamespace = "default";

    private const string Encoded = "data";
    private const string Clear = "stringData";

    public override string Name => "Kubernetes";

    public override string Description => "a Secret of Kubernetes";

    /// <remarks>Consoles show a Secret without <c>apiVersion</c> and <c>kind</c> for editing, and users save it so.</remarks>
    public override bool Recognizes(Manifest manifest) =>
        (manifest.Kind == "Secret" && manifest.ApiVersion is "v1")
        || (manifest.ApiVersion is null && manifest.Root["kind"] is null or "Secret"
            && manifest.Root.Find("metadata") is not null
            && (manifest.Root.Find(Encoded) ?? manifest.Root.Find(Clear)) is { Kind: ManifestNodeKind.Mapping });

    public override bool IsUsualFor(SecretMetadata metadata) => true;

    public override Secret Read(Manifest manifest)
    {
        ManifestValue.EnsureText(manifest, "type");
        ManifestValue.EnsureText(manifest, "metadata", "name");
        ManifestValue.EnsureText(manifest, "metadata", "namespace");
        SecretData data = new();
        try
        {
            SecretId id = new(manifest.Name, mesh: null, manifest.Namespace ?? DefaultNamespace);
            ReadValues(manifest, Encoded, data);
            ReadValues(manifest, Clear, data); // The API server lets it win, too.
            EnsureFits(id, data);
            SecretMetadata metadata = new()
            {
                Id = id,
                Type = manifest.Root["type"] ?? SecretType.Opaque,
                Labels = ReadTexts(manifest, "labels"),
                Annotations = CarriedFields.Read(manifest, ReadTexts(manifest, "annotations")),
            };
            return new Secret(TlsKeySecret.Describe(metadata, data), data);
        }
        catch (Exception e)
        {
            data.Dispose();
            if (e is MeshException refused && !refused.Message.StartsWith(manifest.Source, StringComparison.Ordinal))
            {
                throw ManifestErrors.InObject(new(manifest.Source, manifest.Root.Line), refused);
            }

            throw;
        }
    }

    public override Manifest Write(Secret secret, FormatTarget target)
    {
        ImmutableSortedDictionary<string, string> labels = secret.Metadata.Labels.SetItems(target.Labels);
        ImmutableSortedDictionary<string, string> annotations = secret.Metadata.Annotations.Remove(CarriedFields.Annotation);
        Manifest manifest = Manifest.Create("v1", "Secret", target.Name ?? secret.Id.Name, target.Namespace ?? secret.Id.Namespace, labels, annotations);
        ManifestNode data = ManifestNode.Mapping();
        foreach (string key in secret.GetData().Keys)
        {
            data.Set(key, ManifestNode.Base64(secret.GetData().GetValue(key)));
        }

        manifest.Root.Set(Encoded, data);
        manifest.Root.Set("type", ManifestNode.String(secret.Metadata.Type));
        CarriedFields.Write(secret.Metadata.Annotations, manifest);
        return manifest;
    }

    private static void ReadValues(Manifest manifest, string section, SecretData data)
    {
        foreach ((string key, ManifestNode value) in FieldsOf(manifest, manifest.Root.Find(section), section))
        {
            string text = TextOf(manifest, value, $"{section} '{key}'");
            byte[] content = section == Encoded
                ? ManifestValue.FromBase64(text, PlaceOf(manifest, value), $"{manifest}, {key}")
                : Encoding.UTF8.GetBytes(text);
            try
            {
                data.Set(key, content);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(content);
            }
        }
    }

    private static ImmutableSortedDictionary<string, string> ReadTexts(Manifest manifest, string section)
    {
        IReadOnlyCollection<KeyValuePair<string, ManifestNode>> fields = FieldsOf(manifest, manifest.Root.Find("metadata", section), section);
        if (fields.Count == 0)
        {
            return ImmutableSortedDictionary<string, string>.Empty;
        }

        ImmutableSortedDictionary<string, string>.Builder texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach ((string key, ManifestNode value) in fields)
        {
            texts.Add(key, TextOf(manifest, value, $"{section} '{key}'"));
        }

        return texts.ToImmutable();
    }

    private static IReadOnlyCollection<KeyValuePair<string, ManifestNode>> FieldsOf(Manifest manifest, ManifestNode? section, string name) => section switch
    {
        null or { Kind: ManifestNodeKind.Scalar, Text: null } => [],
        { Kind: ManifestNodeKind.Mapping } => section.Fields,
        _ => throw ManifestErrors.Invalid(PlaceOf(manifest, section), $"{manifest}: '{name}' must be a mapping of names to texts"),
    };

    /// <summary>The API server takes texts only; an unquoted number or boolean makes it refuse the whole object.</summary>
    private static string TextOf(Manifest manifest, ManifestNode value, string what)
    {
        if (value.Kind != ManifestNodeKind.Scalar || (!value.IsString && value.Text is { } text && !ScalarText.IsString(text)))
        {
            throw ManifestErrors.ValueNotText(PlaceOf(manifest, value), $"{manifest}, {what}");
        }

        return value.Text ?? "";
    }

    private static SourcePlace PlaceOf(Manifest manifest, ManifestNode node) => new(manifest.Source, node.Line, node.Column);

    private static void EnsureFits(SecretId id, SecretData data)
    {
        long size = 0;
        for (int i = 0; i < data.Count; i++)
        {
            size += data.ValueAt(i).Length;
        }

        if (size > SecretData.MaxSize)
        {
            throw SecretErrors.DataTooLarge(id, size, SecretData.MaxSize);
        }
    }
}
