using System.Collections.Immutable;
using MeshSecrets.Certificates.Reading;
using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>Makes what a store keeps out of the objects of manifests: secrets of every form, and the resources that use them.</summary>
/// <param name="scope">Where those go that do not say it.</param>
/// <param name="labels">Labels that each gets.</param>
public sealed class ManifestIntake(ImportScope scope, ImmutableSortedDictionary<string, string> labels)
{
    /// <summary>One object as a secret.</summary>
    /// <param name="manifest">The object.</param>
    /// <returns>The secret, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">
    /// <c>ManifestKindUnknown</c>, <c>ScopeConflict</c>, and what the form of the object finds wrong with it; the message
    /// begins with the object's place and name.
    /// </exception>
    public Secret Read(Manifest manifest)
    {
        try
        {
            return ReadBare(manifest);
        }
        catch (MeshException e)
        {
            throw TransferErrors.InObject(manifest.Source, PlaceOf(manifest), e);
        }
    }

    /// <summary>Where an object stands, and its name, as messages name it.</summary>
    /// <param name="manifest">The object.</param>
    /// <returns>For example <c>all.yaml, line 12 (Secret shop/web)</c>.</returns>
    public static string PlaceOf(Manifest manifest) => $"{new SourcePlace(manifest.Source, manifest.Root.Line)} ({manifest})";

    /// <summary>The error of one object among many: its message begins with the object's place.</summary>
    /// <param name="source">Where the object was read.</param>
    /// <param name="place">Its <see cref="PlaceOf"/>.</param>
    /// <param name="error">The error.</param>
    /// <returns>An error of the same id and kind.</returns>
    public static MeshException ErrorOf(string source, string place, MeshException error) => TransferErrors.InObject(source, place, error);

    private Secret ReadBare(Manifest manifest)
    {
        SecretForm? form = MeshDialects.RecognizeSecret(manifest);
        if (form is null && MeshDialects.RecognizeResource(manifest) is null)
        {
            throw TransferErrors.KindUnknown(manifest);
        }

        Secret secret = form is null ? StoredResource.Write(manifest) : form.Read(manifest);
        try
        {
            SecretMetadata metadata = secret.Metadata with { Id = scope.Apply(secret.Id, manifest), Labels = secret.Metadata.Labels.SetItems(labels) };
            return new Secret(metadata, secret.GetData());
        }
        catch
        {
            secret.Dispose();
            throw;
        }
    }
}
