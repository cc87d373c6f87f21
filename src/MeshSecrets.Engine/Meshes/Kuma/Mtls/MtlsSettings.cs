using System.Collections.Immutable;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Kuma.Mtls;

/// <summary>What a Mesh resource says about mTLS, in either form and either generation.</summary>
/// <param name="mesh">The Mesh.</param>
internal sealed class MtlsSettings(Manifest mesh)
{
    internal const string Kind = "Mesh";
    internal const string ApiGroup = "kuma.io";

    /// <summary>The resource.</summary>
    internal Manifest Mesh { get; } = mesh;

    /// <summary>The mesh's name.</summary>
    internal string Name => Mesh.Name;

    /// <summary>The mapping <c>mtls</c>, or <see langword="null"/>.</summary>
    internal ManifestNode? Node { get; } = mesh.Spec.Find("mtls");

    /// <summary>The backends, in their order.</summary>
    internal ImmutableArray<MtlsBackend> Backends { get; } =
        [.. (mesh.Spec.Find("mtls", "backends")?.Entries ?? []).Select((backend, index) => new MtlsBackend(backend, index))];

    /// <summary>The backend that signs; <see langword="null"/> if mTLS is off.</summary>
    internal string? EnabledBackend => Node?["enabledBackend"] is { Length: > 0 } name ? name : null;

    /// <summary>The authority as Kuma up to 0.4 has it, or <see langword="null"/>.</summary>
    internal ManifestNode? Authority04 => Node?.Find("ca");

    /// <summary>Whether mTLS is on as Kuma up to 0.4 has it.</summary>
    internal bool IsEnabled04 => Node?["enabled"] == "true";

    /// <summary>Whether an object is a Mesh.</summary>
    internal static bool IsMesh(Manifest manifest) => manifest.Kind == Kind && (manifest.IsUniversal || manifest.ApiGroup == ApiGroup);
}
