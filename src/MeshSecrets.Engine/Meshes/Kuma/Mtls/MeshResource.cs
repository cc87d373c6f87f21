using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Kuma.Mtls;

/// <summary>Makes Mesh resources and changes what they say about mTLS, leaving all else as it is.</summary>
/// <remarks>Applying a Mesh replaces the whole resource: who changes an existing one begins with what stands in the mesh.</remarks>
public static class MeshResource
{
    /// <summary>A Mesh without settings.</summary>
    /// <param name="mesh">The name.</param>
    /// <param name="isUniversal">Whether it is for Kuma outside Kubernetes.</param>
    /// <returns>The resource.</returns>
    public static Manifest Create(string mesh, bool isUniversal)
    {
        if (!isUniversal)
        {
            Manifest manifest = Manifest.Create("kuma.io/v1alpha1", MtlsSettings.Kind, mesh);
            manifest.Root.Set("spec", ManifestNode.Mapping());
            return manifest;
        }

        ManifestNode root = ManifestNode.Mapping(("type", ManifestNode.String(MtlsSettings.Kind)), ("name", ManifestNode.String(mesh)));
        return new Manifest(root, $"Mesh {mesh}");
    }

    /// <summary>A copy of an existing Mesh that can be changed.</summary>
    /// <param name="mesh">The Mesh.</param>
    /// <param name="toUniversal">Whether it is for Kuma outside Kubernetes, whatever it was.</param>
    /// <returns>The copy.</returns>
    /// <exception cref="MeshException"><c>KumaMeshExpected</c>, if it is another resource; <c>FormatCannotCarry</c>.</exception>
    public static Manifest Copy(Manifest mesh, bool toUniversal = false)
    {
        if (!MtlsSettings.IsMesh(mesh))
        {
            throw KumaErrors.MeshExpected(mesh);
        }

        Manifest source = toUniversal && !mesh.IsUniversal ? KumaResource.ToUniversal(mesh, FormatTarget.Default) : mesh;
        return new Manifest(Copy(source.Root), mesh.Source);
    }

    /// <summary>Adds a backend.</summary>
    /// <param name="mesh">The Mesh, which is changed.</param>
    /// <param name="backend">The backend.</param>
    /// <exception cref="MeshException"><c>KumaBackendExists</c>; <c>FormatCannotCarry</c> for one of Kong Mesh's that is of Kubernetes only.</exception>
    public static void AddBackend(Manifest mesh, BackendOptions backend)
    {
        if (new MtlsSettings(mesh).Backends.Any(existing => existing.Name == backend.Name))
        {
            throw KumaErrors.BackendExists(mesh, backend.Name);
        }

        if (backend.Type == MtlsBackend.CertManager && mesh.IsUniversal)
        {
            throw FormatErrors.CannotCarry("Kong Mesh outside Kubernetes", mesh, "a backend of cert-manager", "Leave out -Universal, or choose another backend.");
        }

        ManifestNode mtls = Mtls(mesh);
        if (mtls.Find("backends") is not { Kind: ManifestNodeKind.Sequence } backends)
        {
            backends = ManifestNode.Sequence();
            mtls.Set("backends", backends);
        }

        backends.Add(backend.ToNode());
    }

    /// <summary>Removes a backend that does not sign.</summary>
    /// <param name="mesh">The Mesh, which is changed.</param>
    /// <param name="name">The backend's name.</param>
    /// <exception cref="MeshException"><c>KumaBackendUnknown</c>, <c>KumaBackendEnabled</c>.</exception>
    public static void RemoveBackend(Manifest mesh, string name)
    {
        MtlsSettings settings = new(mesh);
        EnsureKnown(settings, name);
        if (settings.EnabledBackend == name)
        {
            throw KumaErrors.BackendEnabled(mesh, name);
        }

        settings.Node!.Set("backends", ManifestNode.Sequence(settings.Backends.Where(backend => backend.Name != name).Select(backend => backend.Node)));
    }

    /// <summary>Names the backend that signs.</summary>
    /// <param name="mesh">The Mesh, which is changed.</param>
    /// <param name="name">The backend's name, or <see langword="null"/> to turn mTLS off.</param>
    /// <exception cref="MeshException"><c>KumaBackendUnknown</c>.</exception>
    public static void Enable(Manifest mesh, string? name)
    {
        if (name is not null)
        {
            EnsureKnown(new MtlsSettings(mesh), name);
        }

        ManifestNode backends = Mtls(mesh).Find("backends") ?? ManifestNode.Sequence();
        Mtls(mesh).Set("backends", null).Set("enabledBackend", ManifestNode.String(name)).Set("backends", backends);
    }

    /// <summary>Says whether the control plane checks the authority.</summary>
    /// <param name="mesh">The Mesh, which is changed.</param>
    /// <param name="skip">Whether it does not.</param>
    public static void SkipValidation(Manifest mesh, bool skip) => Mtls(mesh).Set("skipValidation", skip ? ManifestNode.Boolean(true) : null);

    /// <summary>Says about mTLS what Kuma up to 0.4 understands.</summary>
    /// <param name="mesh">The Mesh, which is changed.</param>
    /// <param name="type">builtin or provided; the certificate and key of a provided one are given to 0.4 by kumactl, not by this resource.</param>
    /// <param name="enabled">Whether mTLS is on.</param>
    public static void SetMtls04(Manifest mesh, string type, bool enabled) => mesh.Spec.Set("mtls", ManifestNode.Mapping(
        ("enabled", ManifestNode.Boolean(enabled)),
        ("ca", ManifestNode.Mapping((type, ManifestNode.Mapping())))));

    private static void EnsureKnown(MtlsSettings settings, string name)
    {
        if (!settings.Backends.Any(backend => backend.Name == name))
        {
            throw KumaErrors.BackendUnknown(settings.Mesh, name, settings.Backends.Select(backend => backend.Name));
        }
    }

    private static ManifestNode Mtls(Manifest mesh)
    {
        if (mesh.Spec.Find("mtls") is { Kind: ManifestNodeKind.Mapping } mtls)
        {
            return mtls;
        }

        mtls = ManifestNode.Mapping();
        mesh.Spec.Set("mtls", mtls);
        return mtls;
    }

    private static ManifestNode Copy(ManifestNode node)
    {
        if (node.Kind == ManifestNodeKind.Sequence)
        {
            return ManifestNode.Sequence(node.Entries.Select(Copy));
        }

        if (node.Kind != ManifestNodeKind.Mapping)
        {
            return node;
        }

        ManifestNode copy = ManifestNode.Mapping();
        foreach ((string field, ManifestNode value) in node.Fields)
        {
            copy.Set(field, Copy(value));
        }

        return copy;
    }
}
