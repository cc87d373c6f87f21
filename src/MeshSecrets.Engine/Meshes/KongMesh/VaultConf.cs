using MeshSecrets.Meshes.Kuma;
using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.KongMesh;

/// <summary>Settings of a backend of HashiCorp Vault, which the control plane asks (<c>conf.fromCp</c>). Credentials are secrets of the mesh, by name.</summary>
public sealed record VaultConf
{
    /// <summary>The address of the server, or <see langword="null"/> with an agent.</summary>
    public string? Address { get; init; }

    /// <summary>The address of an agent.</summary>
    public string? AgentAddress { get; init; }

    /// <summary>The namespace in Vault Enterprise.</summary>
    public string? Namespace { get; init; }

    /// <summary>The mount of the PKI.</summary>
    public required string Pki { get; init; }

    /// <summary>The role by which it issues.</summary>
    public required string Role { get; init; }

    /// <summary>A template of the common name.</summary>
    public string? CommonName { get; init; }

    /// <summary>The secret with what verifies the server.</summary>
    public string? CaSecret { get; init; }

    /// <summary>The name that the server must have.</summary>
    public string? ServerName { get; init; }

    /// <summary>Do not verify the server.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>The secret with a token.</summary>
    public string? TokenSecret { get; init; }

    /// <summary>The secret with a client certificate.</summary>
    public string? ClientCertificateSecret { get; init; }

    /// <summary>The secret with the client certificate's key.</summary>
    public string? ClientKeySecret { get; init; }

    /// <summary>IAM or EC2.</summary>
    public string? AwsType { get; init; }

    /// <summary>The role of Vault's AWS authentication.</summary>
    public string? AwsRole { get; init; }

    /// <summary>The header that proves which Vault is meant.</summary>
    public string? AwsServerIdHeader { get; init; }

    /// <summary>The settings as they stand in a backend.</summary>
    /// <returns>The node.</returns>
    public ManifestNode ToNode()
    {
        bool hasTls = CaSecret is not null || ServerName is not null || SkipVerify;
        ManifestNode? tls = !hasTls ? null : ManifestNode.Mapping(
            ("caCert", DataSource.Secret(CaSecret)),
            ("skipVerify", SkipVerify ? ManifestNode.Boolean(true) : null),
            ("serverName", ManifestNode.String(ServerName)));
        ManifestNode fromCp = ManifestNode.Mapping(
            ("address", ManifestNode.String(Address)),
            ("agentAddress", ManifestNode.String(AgentAddress)),
            ("namespace", ManifestNode.String(Namespace)),
            ("pki", ManifestNode.String(Pki)),
            ("role", ManifestNode.String(Role)),
            ("commonName", ManifestNode.String(CommonName)),
            ("tls", tls),
            ("auth", Authentication()));
        return ManifestNode.Mapping(("fromCp", fromCp));
    }

    private ManifestNode? Authentication() => this switch
    {
        { TokenSecret: { } token } => ManifestNode.Mapping(("token", DataSource.Secret(token))),
        { ClientKeySecret: { } key } => ManifestNode.Mapping(("tls", ManifestNode.Mapping(
            ("clientKey", DataSource.Secret(key)),
            ("clientCert", DataSource.Secret(ClientCertificateSecret))))),
        { AwsType: { } type } => ManifestNode.Mapping(("aws", ManifestNode.Mapping(
            ("type", ManifestNode.String(type)),
            ("role", ManifestNode.String(AwsRole)),
            ("iamServerIdHeader", ManifestNode.String(AwsServerIdHeader))))),
        _ => null,
    };
}
