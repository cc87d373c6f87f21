using System.Collections.Immutable;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Gloo.RootTrust;

/// <summary>The root that meshes share, as Gloo Mesh is told: by a VirtualMesh in its first generation, by a RootTrustPolicy in its second.</summary>
public sealed record RootTrust
{
    /// <summary>The name of the resource.</summary>
    public required string Name { get; init; }

    /// <summary>Its namespace.</summary>
    public string Namespace { get; init; } = VirtualMeshFormat.DefaultNamespace;

    /// <summary>Whether it is a VirtualMesh; otherwise a RootTrustPolicy.</summary>
    public bool IsFirstGeneration { get; init; }

    /// <summary>Who signs for the meshes.</summary>
    public required RootAuthority Authority { get; init; }

    /// <summary>Roots that are trusted and not signed with, while one replaces another; only a RootTrustPolicy has them.</summary>
    public ImmutableArray<SecretReference> PassiveAuthorities { get; init; } = [];

    /// <summary>Whether pods are restarted, without which they keep the certificates of the former root until they are.</summary>
    public bool RestartsPods { get; init; }

    /// <summary>How many days the authorities of the meshes live; <see langword="null"/> for 365.</summary>
    public int? IntermediateTtlDays { get; init; }

    /// <summary>The meshes, by the names of Gloo Mesh's Mesh resources (<c>istiod-istio-system-cluster-1</c>).</summary>
    public ImmutableArray<string> Meshes { get; init; } = [];

    /// <summary>The resource.</summary>
    /// <returns>The manifest.</returns>
    /// <exception cref="MeshException"><c>FormatCannotCarry</c>: a VirtualMesh has no passive authorities.</exception>
    public Manifest ToManifest()
    {
        if (IsFirstGeneration && !PassiveAuthorities.IsEmpty)
        {
            throw Formats.FormatErrors.CannotCarry("A VirtualMesh", Name, "passive authorities", "Choose -ApiGeneration v2.");
        }

        Manifest manifest = IsFirstGeneration
            ? Manifest.Create($"{RootTrustSettings.VirtualMeshGroup}/v1", RootTrustSettings.VirtualMeshKind, Name, Namespace)
            : Manifest.Create($"{RootTrustSettings.PolicyGroup}/v2", RootTrustSettings.PolicyKind, Name, Namespace);
        manifest.Root.Set("spec", IsFirstGeneration ? VirtualMeshSpec() : PolicySpec());
        return manifest;
    }

    private ManifestNode? IntermediateOptions => IntermediateTtlDays is { } days ? ManifestNode.Mapping(("ttlDays", ManifestNode.Number(days))) : null;

    private ManifestNode? References => Meshes.IsEmpty
        ? null
        : ManifestNode.Sequence(Meshes.Select(mesh => new SecretReference(mesh, Namespace).ToNode()));

    private ManifestNode VirtualMeshSpec()
    {
        ManifestNode shared = ManifestNode.Mapping(
            (Authority.OfAgents ? "intermediateCertificateAuthority" : "rootCertificateAuthority", Authority.ToNode(firstGeneration: true)),
            ("intermediateCertOptions", IntermediateOptions));
        return ManifestNode.Mapping(
            ("mtlsConfig", ManifestNode.Mapping(("autoRestartPods", ManifestNode.Boolean(RestartsPods)), ("shared", shared))),
            ("federation", ManifestNode.Mapping(("selectors", ManifestNode.Sequence(ManifestNode.Mapping())))),
            ("meshes", References));
    }

    private ManifestNode PolicySpec() => ManifestNode.Mapping(
        ("applyToMeshes", References),
        ("config", ManifestNode.Mapping(
            (Authority.OfAgents ? "agentCa" : "mgmtServerCa", Authority.ToNode(firstGeneration: false)),
            ("passiveCertificateAuthorities", PassiveAuthorities.IsEmpty ? null : ManifestNode.Sequence(PassiveAuthorities.Select(passive => ManifestNode.Mapping(("secretRef", passive.ToNode()))))),
            ("intermediateCertOptions", IntermediateOptions),
            ("autoRestartPods", ManifestNode.Boolean(RestartsPods)))));
}
