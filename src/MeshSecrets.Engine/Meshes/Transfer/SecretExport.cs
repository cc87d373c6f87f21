using MeshSecrets.Meshes.Dependencies;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Kubernetes;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Transfer;

/// <summary>What becomes of a secret that leaves a store: in which form, and to which scope.</summary>
/// <param name="Form">The form; <see langword="null"/> for the usual one of each secret.</param>
/// <param name="Mesh">The mesh that it is for; <see langword="null"/> for its own.</param>
/// <param name="Namespace">The namespace that it is for; <see langword="null"/> for its own.</param>
public sealed record SecretExport(SecretForm? Form = null, string? Mesh = null, string? Namespace = null)
{
    /// <summary>The identity that a secret has where it goes.</summary>
    /// <param name="metadata">The secret's metadata.</param>
    /// <returns>The identity.</returns>
    public SecretId IdOf(SecretMetadata metadata)
    {
        SecretId both = new(metadata.Id.Name, Mesh ?? metadata.Id.Mesh, Namespace ?? metadata.Id.Namespace);
        if (Namespace is null || Mesh is not null || both.Mesh is null)
        {
            return both;
        }

        // Who sends a secret to a namespace leaves its mesh behind, unless it is one that has a mesh there, too.
        bool isOfMesh = (Form ?? MeshDialects.UsualForm(metadata with { Id = both })) is not KubernetesSecretForm;
        return isOfMesh ? both : new SecretId(both.Name, mesh: null, both.Namespace);
    }

    /// <summary>A secret as the manifest that its target takes; a stored resource as the resource that it is.</summary>
    /// <param name="secret">The secret; it must live until the manifest is written.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>, <c>ScopeConflict</c>.</exception>
    public Manifest Write(Secret secret)
    {
        if (StoredResource.IsOne(secret.Metadata))
        {
            return WriteResource(StoredResource.Read(secret));
        }

        SecretId id = IdOf(secret.Metadata);

        // Not disposed, for the values stay the caller's.
        Secret placed = new(secret.Metadata with { Id = id }, secret.GetData());
        SecretForm form = Form ?? MeshDialects.UsualForm(placed.Metadata);
        Manifest manifest = form.Write(placed, FormatTarget.Default);
        if (!manifest.IsUniversal && manifest.Namespace is null)
        {
            throw FormatErrors.CannotCarry(form.Name, secret.Id, id.IsGlobal ? "the scope" : "the mesh", "Say where it goes with -TargetNamespace, choose another -Format, or write folders (-As Folder).");
        }

        if (form is KubernetesSecretForm && id.Mesh is not null)
        {
            throw FormatErrors.CannotCarry(form.Name, secret.Id, "the mesh", "Say where it goes with -TargetNamespace, or write folders (-As Folder).");
        }

        return manifest;
    }

    /// <summary>A resource as its target takes it; without a form as it is.</summary>
    /// <param name="resource">The resource.</param>
    /// <returns>The resource.</returns>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>, <c>ScopeConflict</c>.</exception>
    public Manifest WriteResource(Manifest resource)
    {
        FormatTarget target = new() { Mesh = Mesh, Namespace = Namespace };
        return Form is not null ? Form.WriteResource(resource, target)
            : target == FormatTarget.Default ? resource
            : throw TransferErrors.ResourceNotMoved(resource);
    }
}
