using MeshSecrets.Meshes.Kuma;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.KongMesh;

/// <summary>Settings of the backends that only Kong Mesh has. Credentials are secrets of the mesh, by name.</summary>
public static class KongMeshConf
{
    /// <summary>An authority of AWS Private CA.</summary>
    /// <param name="arn">The authority.</param>
    /// <param name="commonName">A template of the common name, or <see langword="null"/>.</param>
    /// <param name="caSecret">The secret with the authority's certificate.</param>
    /// <param name="accessKeyIdSecret">The secret with the access key's id; <see langword="null"/> for the credentials of the control plane's surroundings.</param>
    /// <param name="accessKeySecret">The secret with the access key itself.</param>
    /// <returns>The node.</returns>
    public static ManifestNode AcmPca(string arn, string? commonName, string? caSecret, string? accessKeyIdSecret, string? accessKeySecret) => ManifestNode.Mapping(
        ("arn", ManifestNode.String(arn)),
        ("commonName", ManifestNode.String(commonName)),
        ("caCert", DataSource.Secret(caSecret)),
        ("auth", accessKeyIdSecret is null && accessKeySecret is null ? null : ManifestNode.Mapping(
            ("awsCredentials", ManifestNode.Mapping(
                ("accessKey", DataSource.Secret(accessKeyIdSecret)),
                ("accessKeySecret", DataSource.Secret(accessKeySecret)))))));

    /// <summary>An issuer of cert-manager.</summary>
    /// <param name="name">The issuer.</param>
    /// <param name="kind">Issuer or ClusterIssuer.</param>
    /// <param name="group">Its API group.</param>
    /// <param name="commonName">A template of the common name, or <see langword="null"/>.</param>
    /// <param name="caSecret">The secret with the authority's certificate; <see langword="null"/> if the issuer fills status.ca.</param>
    /// <returns>The node.</returns>
    public static ManifestNode CertManager(string name, string kind, string group, string? commonName, string? caSecret) => ManifestNode.Mapping(
        ("commonName", ManifestNode.String(commonName)),
        ("caCert", DataSource.Secret(caSecret)),
        ("issuerRef", ManifestNode.Mapping(
            ("name", ManifestNode.String(name)),
            ("kind", ManifestNode.String(kind)),
            ("group", ManifestNode.String(group)))));
}
