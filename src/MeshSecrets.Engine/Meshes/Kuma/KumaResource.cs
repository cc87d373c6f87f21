using System.Collections.Immutable;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Kuma.Mtls;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Kuma;

/// <summary>
/// Resources of Kuma in both forms: on Kubernetes <c>metadata</c> and <c>spec</c>, outside it all at the top. Of which
/// mesh a resource is, its kind says in a way of its own (<see cref="Style"/>).
/// </summary>
internal static class KumaResource
{
    private const string Universal = "KumaUniversal";
    private const string ApiVersion = MtlsSettings.ApiGroup + "/v1alpha1";

    /// <summary>How a kind is written.</summary>
    private enum Style
    {
        /// <summary>Not known here, so that it is not converted.</summary>
        Unknown,

        /// <summary>A Mesh: of no mesh and no namespace; its settings stand at the top outside Kubernetes.</summary>
        Mesh,

        /// <summary>The kinds before 2.0: cluster-wide, the mesh beside the metadata; their settings stand at the top outside Kubernetes.</summary>
        Early,

        /// <summary>The kinds since: in the control plane's namespace, the mesh as label; <c>spec</c> in both forms.</summary>
        Late,
    }

    private static readonly ImmutableHashSet<string> s_ofServer =
    [
        "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "selfLink",
        "creationTime", "modificationTime", "kri", "status",
    ];

    /// <summary>A resource as Kubernetes takes it; one that is so already stays as it is, but for its place.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="target">May name another mesh and namespace.</param>
    /// <param name="form">The form's name, for messages.</param>
    /// <param name="system">The control plane's usual namespace.</param>
    /// <returns>The resource.</returns>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>, <c>ScopeConflict</c>.</exception>
    internal static Manifest ToKubernetes(Manifest resource, FormatTarget target, string form, string system)
    {
        if (!resource.IsUniversal && target == FormatTarget.Default)
        {
            return resource;
        }

        Style style = StyleOf(resource, form);
        string? mesh = MeshOf(resource, style, target);
        ImmutableSortedDictionary<string, string> labels = resource.Labels.Remove(KumaSecret.MeshLabel);
        bool isLate = style == Style.Late;
        Manifest made = Manifest.Create(
            ApiVersion,
            resource.Kind,
            resource.Name,
            isLate ? target.Namespace ?? resource.Namespace ?? system : null,
            isLate ? labels.SetItem(KumaSecret.MeshLabel, mesh!) : labels);
        made = new Manifest(made.Root, resource.Source);
        made.Root.Set("mesh", style == Style.Early ? ManifestNode.String(mesh) : null);
        if (!resource.IsUniversal)
        {
            // Only its place changes, and what else its metadata has stays.
            CopyRest(resource.Root.Find("metadata")!, made.Root.Find("metadata")!, "labels");
            CopyRest(resource.Root, made.Root, "mesh");
            return made;
        }

        made.Root.Set("spec", resource.Root.Find("spec") ?? SpecOf(resource));
        return made;
    }

    /// <summary>A resource as kumactl takes it; one that is so already stays as it is, but for its mesh.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="target">May name another mesh.</param>
    /// <returns>The resource.</returns>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>, <c>ScopeConflict</c>.</exception>
    internal static Manifest ToUniversal(Manifest resource, FormatTarget target)
    {
        Style style = StyleOf(resource, Universal);
        string? mesh = MeshOf(resource, style, target);
        EnsureCarried(resource);
        ManifestNode root = ManifestNode.Mapping(
            ("type", ManifestNode.String(resource.Kind)),
            ("mesh", ManifestNode.String(mesh)),
            ("name", ManifestNode.String(resource.Name)),
            ("labels", LabelsOf(resource)));
        if (style == Style.Late)
        {
            root.Set("spec", resource.Spec);
        }
        else
        {
            CopyRest(resource.IsUniversal ? resource.Root : resource.Spec, root);
        }

        return new Manifest(root, resource.Source);
    }

    private static Style StyleOf(Manifest resource, string form)
    {
        bool isKumas = resource.IsUniversal || resource.ApiVersion == ApiVersion;
        Style style = !isKumas ? Style.Unknown : resource.Kind switch
        {
            MtlsSettings.Kind => Style.Mesh,
            "MeshGateway" or "ExternalService" => Style.Early,
            "MeshIdentity" or "MeshTrust" or "MeshExternalService" => Style.Late,
            _ => Style.Unknown,
        };
        return style != Style.Unknown ? style : throw FormatErrors.CannotCarry(
            form, resource, "the kind", "Of Kuma's resources Mesh, MeshIdentity, MeshTrust, MeshExternalService, MeshGateway and ExternalService are converted; leave the others out, or leave -Format out for them.");
    }

    private static string? MeshOf(Manifest resource, Style style, FormatTarget target)
    {
        if (style != Style.Mesh)
        {
            string? own = resource.Mesh ?? resource.Root["mesh"];
            return target.Mesh ?? (string.IsNullOrEmpty(own) ? SecretId.DefaultMesh : own);
        }

        return target.Mesh is null || target.Mesh == resource.Name ? null : throw KumaErrors.MeshNotMoved(resource, target.Mesh);
    }

    /// <summary>Annotations, owners and the like are known to Kubernetes only.</summary>
    private static void EnsureCarried(Manifest resource)
    {
        foreach ((string field, ManifestNode value) in resource.Root.Find("metadata")?.Fields ?? [])
        {
            bool isEmpty = field == "annotations" && value.Fields.All(annotation => AppliedCopies.IsOne(annotation.Key));
            if (!isEmpty && field is not ("name" or "namespace" or "labels") && !s_ofServer.Contains(field))
            {
                throw FormatErrors.CannotCarry(Universal, resource, $"'metadata.{field}'", "Kuma outside Kubernetes has labels only: remove it.");
            }
        }
    }

    private static ManifestNode? LabelsOf(Manifest resource)
    {
        ManifestNode labels = ManifestNode.Mapping();
        foreach ((string key, string value) in resource.Labels.Remove(KumaSecret.MeshLabel))
        {
            labels.Set(key, ManifestNode.String(value));
        }

        return labels.Fields.Count > 0 ? labels : null;
    }

    private static ManifestNode SpecOf(Manifest universal)
    {
        ManifestNode spec = ManifestNode.Mapping();
        CopyRest(universal.Root, spec, "type", "mesh", "name", "labels");
        return spec;
    }

    /// <summary>Copies the fields that are not there yet, without the server's.</summary>
    private static void CopyRest(ManifestNode from, ManifestNode to, params ReadOnlySpan<string> without)
    {
        foreach ((string field, ManifestNode value) in from.Fields)
        {
            if (!s_ofServer.Contains(field) && !without.Contains(field))
            {
                to.TryAdd(field, value);
            }
        }
    }
}
