using MeshSecrets.Meshes.Manifests;

namespace MeshSecrets.Meshes.Osm;

/// <summary>Who signs for an OSM mesh.</summary>
public abstract record OsmProvider
{
    private protected OsmProvider()
    {
    }

    /// <summary>The field of <c>spec.provider</c>.</summary>
    internal abstract string Field { get; }

    /// <summary>What stands in that field.</summary>
    internal abstract ManifestNode ToNode();

    /// <summary>What OSM's validator finds missing, or <see langword="null"/>.</summary>
    internal abstract string? FindFault();
}

/// <summary>OSM's own issuer, with a root in a secret.</summary>
/// <param name="SecretName">The secret with the root and its key, in the form OsmCaBundle.</param>
/// <param name="SecretNamespace">Its namespace.</param>
public sealed record TresorProvider(string SecretName, string SecretNamespace) : OsmProvider
{
    internal override string Field => "tresor";

    internal override ManifestNode ToNode() => ManifestNode.Mapping(
        ("ca", ManifestNode.Mapping(
            ("secretRef", ManifestNode.Mapping(
                ("name", ManifestNode.String(SecretName)),
                ("namespace", ManifestNode.String(SecretNamespace)))))));

    internal override string? FindFault() =>
        SecretName.Length == 0 || SecretNamespace.Length == 0 ? "name and namespace of the CA secret must not be empty" : null;
}

/// <summary>HashiCorp Vault or OpenBao, with a PKI engine mounted at <c>pki</c>.</summary>
/// <param name="Host">The server's host.</param>
/// <param name="Port">Its port.</param>
/// <param name="Role">The role that OSM issues by.</param>
/// <param name="Protocol"><c>http</c> or <c>https</c>.</param>
/// <param name="TokenSecretName">The secret with the token.</param>
/// <param name="TokenSecretKey">The data key in it.</param>
/// <param name="TokenSecretNamespace">Its namespace.</param>
public sealed record VaultProvider(string Host, int Port, string Role, string Protocol, string TokenSecretName, string TokenSecretKey, string TokenSecretNamespace) : OsmProvider
{
    internal override string Field => "vault";

    internal override ManifestNode ToNode() => ManifestNode.Mapping(
        ("host", ManifestNode.String(Host)),
        ("port", ManifestNode.Number(Port)),
        ("role", ManifestNode.String(Role)),
        ("protocol", ManifestNode.String(Protocol)),
        ("token", ManifestNode.Mapping(
            ("secretKeyRef", ManifestNode.Mapping(
                ("name", ManifestNode.String(TokenSecretName)),
                ("key", ManifestNode.String(TokenSecretKey)),
                ("namespace", ManifestNode.String(TokenSecretNamespace)))))));

    internal override string? FindFault() => this switch
    {
        { Host.Length: 0 } or { Role.Length: 0 } => "host and role of Vault must not be empty",
        { Protocol: not ("http" or "https") } => "the protocol of Vault is http or https",
        { Port: < 1 or > 65535 } => "the port of Vault is none from 1 to 65535",
        { TokenSecretName.Length: 0 } or { TokenSecretKey.Length: 0 } or { TokenSecretNamespace.Length: 0 } => "name, key and namespace of the secret with Vault's token must not be empty",
        _ => null,
    };
}

/// <summary>An issuer of cert-manager.</summary>
/// <param name="IssuerName">Its name.</param>
/// <param name="IssuerKind"><c>Issuer</c> or <c>ClusterIssuer</c>, or a kind of another group.</param>
/// <param name="IssuerGroup">Its API group.</param>
public sealed record CertManagerProvider(string IssuerName, string IssuerKind = "Issuer", string IssuerGroup = "cert-manager.io") : OsmProvider
{
    internal override string Field => "certManager";

    internal override ManifestNode ToNode() => ManifestNode.Mapping(
        ("issuerName", ManifestNode.String(IssuerName)),
        ("issuerKind", ManifestNode.String(IssuerKind)),
        ("issuerGroup", ManifestNode.String(IssuerGroup)));

    internal override string? FindFault() =>
        IssuerName.Length == 0 || IssuerKind.Length == 0 || IssuerGroup.Length == 0 ? "name, kind and group of the issuer must not be empty" : null;
}
