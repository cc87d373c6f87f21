using System.Globalization;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Gloo.RootTrust;

/// <summary>What a VirtualMesh (v1) or a RootTrustPolicy (v2) says of the root that its meshes share; both say the same in different places.</summary>
/// <param name="resource">The resource.</param>
internal sealed class RootTrustSettings(Manifest resource)
{
    internal const string VirtualMeshGroup = "networking.mesh.gloo.solo.io";
    internal const string VirtualMeshKind = "VirtualMesh";
    internal const string PolicyGroup = "admin.gloo.solo.io";
    internal const string PolicyKind = "RootTrustPolicy";

    /// <summary>How long a root lives that Gloo Mesh generates, if nothing is said (mtls_translator.go).</summary>
    internal const int DefaultTtlDays = 365;

    /// <summary>Whether a resource is one of both.</summary>
    internal static bool IsOne(Manifest? resource) =>
        resource is { Kind: VirtualMeshKind, ApiGroup: VirtualMeshGroup } or { Kind: PolicyKind, ApiGroup: PolicyGroup };

    internal Manifest Resource => resource;

    internal bool IsPolicy => resource.Kind == PolicyKind;

    /// <summary>Everything about the root.</summary>
    internal ManifestNode? Config => IsPolicy ? resource.Spec.Find("config") : resource.Spec.Find("mtlsConfig");

    /// <summary>The authority that Gloo Mesh's management plane signs with.</summary>
    internal ManifestNode? Root => IsPolicy ? Config?.Find("mgmtServerCa") : Config?.Find("shared", "rootCertificateAuthority");

    /// <summary>The authority that the agents ask.</summary>
    internal ManifestNode? Agent => IsPolicy ? Config?.Find("agentCa") : Config?.Find("shared", "intermediateCertificateAuthority");

    internal string RootField => IsPolicy ? "config.mgmtServerCa" : "mtlsConfig.shared.rootCertificateAuthority";

    internal string AgentField => IsPolicy ? "config.agentCa" : "mtlsConfig.shared.intermediateCertificateAuthority";

    internal ManifestNode? Generated => Root?.Find("generated");

    internal ManifestNode? Secret => Root?.Find(SecretField);

    internal string SecretField => IsPolicy ? "secretRef" : "secret";

    internal ManifestNode? Vault => Agent?.Find("vault");

    internal ManifestNode? IntermediateOptions => IsPolicy ? Config?.Find("intermediateCertOptions") : Config?.Find("shared", "intermediateCertOptions");

    internal bool RestartsPods => Config?["autoRestartPods"] == "true";

    /// <summary>The meshes that it applies to; without any, a policy applies to all.</summary>
    internal ManifestNode? Meshes => resource.Spec.Find(IsPolicy ? "applyToMeshes" : "meshes");

    /// <summary>The secrets of roots that are trusted, but not signed with.</summary>
    internal IEnumerable<ManifestNode> Passive => (Config?.Find("passiveCertificateAuthorities")?.Entries ?? []).Select(entry => entry.Find("secretRef") ?? entry);

    /// <summary>The name of the root that Gloo Mesh generates for a VirtualMesh.</summary>
    internal string GeneratedSecretName => $"{resource.Name}.{resource.Namespace ?? VirtualMeshFormat.DefaultNamespace}";

    /// <summary>A whole number, or <see langword="null"/>.</summary>
    internal static long? Number(ManifestNode? options, string field) =>
        long.TryParse(options?[field], NumberStyles.Integer, CultureInfo.InvariantCulture, out long value) ? value : null;
}
