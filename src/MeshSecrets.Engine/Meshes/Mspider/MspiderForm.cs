using System.Collections.Immutable;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Mspider;

/// <summary>
/// A TLS key of mspider: a Secret of Kubernetes with the console's label, and annotations in which the console's index
/// repeats the metadata. As the console shows it for editing, it may lack <c>apiVersion</c> and <c>kind</c>.
/// </summary>
internal sealed class MspiderForm : SecretForm
{
    private static readonly KubernetesSecretForm s_general = new();

    public override string Name => "Mspider";

    public override string Description => "a TLS key of mspider, as its console shows and takes it";

    public override bool Recognizes(Manifest manifest)
    {
        bool isSecret = s_general.Recognizes(manifest)
            || (manifest.ApiVersion is null && manifest.Root["kind"] is null && manifest.Root.Find("metadata") is not null && manifest.Root.Find("data") is not null);
        return isSecret
            && (manifest.Labels.ContainsKey(MspiderMark.ManagedLabel)
                || manifest.Annotations.ContainsKey(MspiderMark.IndexAnnotation)
                || manifest.Annotations.ContainsKey(MspiderMark.ClusterAnnotation));
    }

    public override bool IsUsualFor(SecretMetadata metadata) =>
        metadata is { Type: SecretType.Tls, Id: { Namespace: not null, Mesh: null } } && metadata.Labels.ContainsKey(MspiderMark.ManagedLabel);

    public override Secret Read(Manifest manifest) => s_general.Read(manifest);

    public override Manifest Write(Secret secret, FormatTarget target)
    {
        if (secret.Metadata.Type != SecretType.Tls)
        {
            throw FormatErrors.CannotCarry(Name, secret.Id, $"the type {secret.Metadata.Type}", "Its console manages TLS keys only; choose -Format Kubernetes.");
        }

        ImmutableSortedDictionary<string, string> labels = secret.Metadata.Labels.SetItems(target.Labels);
        SecretMetadata metadata = secret.Metadata with
        {
            Id = new SecretId(target.Name ?? secret.Id.Name, mesh: null, target.Namespace ?? secret.Id.Namespace),
            Labels = labels.ContainsKey(MspiderMark.ManagedLabel) ? labels : labels.Add(MspiderMark.ManagedLabel, "true"),
        };

        // Not disposed, for the values stay the caller's.
        return s_general.Write(new Secret(metadata with { Annotations = UpdateIndex(metadata) }, secret.GetData()), FormatTarget.Default);
    }

    /// <summary>The server makes the entry of a new key; an old one must not say what is not so any more.</summary>
    private static ImmutableSortedDictionary<string, string> UpdateIndex(SecretMetadata metadata) =>
        metadata.Annotations.TryGetValue(MspiderMark.IndexAnnotation, out string? text) && MspiderIndex.TryParse(text) is { } index
            ? metadata.Annotations.SetItem(MspiderMark.IndexAnnotation, index.Update(metadata, text))
            : metadata.Annotations;
}
