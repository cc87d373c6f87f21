using System.Collections.Immutable;
using System.Security.Cryptography;
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

    /// <summary>The secret of a folder that has a file for each value.</summary>
    /// <param name="folder">A folder of <see cref="ValueFolders"/>.</param>
    /// <returns>The secret, to be disposed by the caller.</returns>
    /// <exception cref="MeshException"><c>ScopeConflict</c>, and what is wrong with the folder; the message begins with its path.</exception>
    public Secret ReadFolder(string folder)
    {
        try
        {
            Manifest description = ValueFolders.ReadDescription(folder);
            string? mesh = description.Root["mesh"];
            string? @namespace = description.Root["namespace"];
            bool isDescribed = description.Source != folder;
            return Place(
                ValueFolders.Read(folder, description),
                id => isDescribed ? scope.Apply(id, new SaidScope(mesh, @namespace, mesh is null && @namespace is null)) : UsualId(id.Name));
        }
        catch (MeshException e)
        {
            throw TransferErrors.InObject(folder, folder, e);
        }
    }

    /// <summary>The TLS key of a PKCS#12 file, named as the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">Its password.</param>
    /// <returns>The secret, to be disposed by the caller.</returns>
    /// <exception cref="MeshException">What is wrong with the file; the message begins with its path.</exception>
    public Secret ReadPkcs12(string path, ReadOnlyMemory<char> password)
    {
        byte[] content = File.ReadAllBytes(path);
        try
        {
            using TlsKeyMaterial material = TlsKeyMaterial.ReadPkcs12(new SourceContent(content, path), new MaterialReadOptions { Password = password });
            SecretId id = UsualId(Path.GetFileNameWithoutExtension(path));
            ImmutableSortedDictionary<string, string> none = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
            return Place(material.ToSecret(id, none, none), own => own);
        }
        catch (MeshException e)
        {
            throw TransferErrors.InObject(path, path, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>What has no place for a scope goes where a TLS key goes that is made here.</summary>
    private SecretId UsualId(string name) =>
        !scope.IsOwn ? new SecretId(name, scope.Mesh, scope.Namespace)
        : scope.UsualNamespace is { } usual ? new SecretId(name, mesh: null, usual)
        : new SecretId(name, SecretId.DefaultMesh);

    private Secret ReadBare(Manifest manifest)
    {
        SecretForm? form = MeshDialects.RecognizeSecret(manifest);
        if (form is null && MeshDialects.RecognizeResource(manifest) is null)
        {
            throw TransferErrors.KindUnknown(manifest);
        }

        ManifestValue.EnsureText(manifest, "mesh");
        ManifestValue.EnsureText(manifest, "metadata", "name");
        ManifestValue.EnsureText(manifest, "metadata", "namespace");
        Secret secret = form is null ? StoredResource.Write(manifest) : form.Read(manifest);
        return Place(secret, id => scope.Apply(id, SaidScope.Of(manifest)));
    }

    private Secret Place(Secret secret, Func<SecretId, SecretId> place)
    {
        try
        {
            SecretMetadata metadata = secret.Metadata with { Id = place(secret.Id), Labels = secret.Metadata.Labels.SetItems(labels) };
            return new Secret(metadata, secret.GetData());
        }
        catch
        {
            secret.Dispose();
            throw;
        }
    }
}
