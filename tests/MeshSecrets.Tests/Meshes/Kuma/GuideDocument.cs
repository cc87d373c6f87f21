using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Tests.Meshes.Kuma;

/// <summary>The YAML examples of published guides.</summary>
internal static class GuideDocument
{
    internal const string Kuma04 = "kuma-0.4-secrets.yaml";
    internal const string KongMesh21 = "kong-mesh-2.1-secrets.yaml";

    internal static IReadOnlyList<Manifest> Read(string name) =>
        [.. ManifestReader.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Documents", name)), name)];
}
